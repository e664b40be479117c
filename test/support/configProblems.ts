import assert from "node:assert/strict";
import { parseSettings, SettingsError, type Problem } from "../../config";

/** The errors in a config. */
export function problemsOf(...args: Parameters<typeof parseSettings>): readonly Problem[] {
    try {
        parseSettings(...args);
    } catch (error) {
        assert.ok(error instanceof SettingsError);
        return error.problems;
    }
    return [];
}

/** Path and reason of each problem. */
export function wrongsOf(...args: Parameters<typeof parseSettings>): string[] {
    return problemsOf(...args).map(({ path, wrong }) => `${path}: ${wrong}`);
}
