import { type Shown, inLines, json, shown } from "../toolkit/shown";
/** One thing wrong with a stack's config, told so that it can be mended without looking anything up. */
export interface Problem {
    /** Where, as one would write it: `access.tenants[2].name`. */
    readonly path: string;
    /** What stands there; `undefined` when nothing does. */
    readonly given: unknown;
    readonly wrong: string;
    readonly allowed: string;
    readonly fix: string;
}

/** Everything that is wrong with a stack's config, at once. */
export class SettingsError extends Error {
    constructor(readonly problems: readonly Problem[]) {
        super(String(render(problems)));
        this.name = "SettingsError";
    }

    get shown(): Shown {
        return render(this.problems);
    }
}

/** A key path as one would write it: names joined by dots, positions in brackets. */
export function pathOf(keys: readonly PropertyKey[]): string {
    return keys.reduce<string>(
        (path, key) =>
            typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`,
        "",
    );
}

function render(problems: readonly Problem[]): Shown {
    const title = `the stack's config has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}`;
    return inLines([title, ...problems.map((problem) => shown`\n${renderOne(problem)}`)]);
}

function renderOne({ path, given, wrong, allowed, fix }: Problem): Shown {
    const value = given === undefined ? "" : shown` = ${json(given)}`;
    return shown`  ${path}${value}\n    wrong:   ${wrong}\n    allowed: ${allowed}\n    fix:     ${fix}`;
}
