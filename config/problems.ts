import { type Shown, inLines, json, shown } from "../toolkit/shown";
/** One problem in a stack's config, with everything needed to fix it. */
export interface Problem {
    /** The path of the key: `access.tenants[2].name`. */
    readonly path: string;
    /** The value; `undefined` if there is none. */
    readonly given: unknown;
    readonly wrong: string;
    readonly allowed: string;
    readonly fix: string;
}

/** All problems of a stack's config. */
export class SettingsError extends Error {
    constructor(readonly problems: readonly Problem[]) {
        super(String(render(problems)));
        this.name = "SettingsError";
    }

    get shown(): Shown {
        return render(this.problems);
    }
}

/** A key path: names joined by dots, positions in brackets. */
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
