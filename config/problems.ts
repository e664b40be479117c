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
        super(render(problems));
        this.name = "SettingsError";
    }
}

/** A key path as one would write it: names joined by dots, positions in brackets. */
export function pathOf(keys: readonly PropertyKey[]): string {
    return keys.reduce<string>(
        (path, key) => (typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`),
        "",
    );
}

function render(problems: readonly Problem[]): string {
    const title = `the stack's config has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}`;
    return [title, ...problems.map(renderOne)].join("\n\n");
}

function renderOne({ path, given, wrong, allowed, fix }: Problem): string {
    const value = given === undefined ? "" : ` = ${JSON.stringify(given)}`;
    return `  ${path}${value}\n    wrong:   ${wrong}\n    allowed: ${allowed}\n    fix:     ${fix}`;
}
