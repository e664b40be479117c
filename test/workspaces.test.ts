import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path";

import { requireSandbox } from "../cli/command/fromSandbox";
import { projectDir } from "../toolkit/paths";
import { UserError } from "../toolkit/userError";
import { temporaryFolder } from "./support/temporaryFolder";

interface Manifest {
    readonly version: string;
    readonly license?: string;
    readonly workspaces?: readonly string[];
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
}

const read = (file: string): string => readFileSync(join(projectDir, file), "utf8");
const manifestOf = (folder: string): Manifest => JSON.parse(read(join(folder, "package.json"))) as Manifest;
const root = manifestOf(".");
const workspaces = root.workspaces ?? [];
const namesIn = (...folders: string[]) =>
    new Set(folders.flatMap((each) => Object.keys(manifestOf(each).dependencies ?? {})));

const listed = execFileSync("git", ["ls-files", "*.ts", "*.mjs", "*.cjs"], { cwd: projectDir, encoding: "utf8" });
const files = new Set(listed.split("\n").filter((file) => file !== "" && !file.startsWith("examples/")));

/** The files that a module refers to by a relative path, in whatever call or declaration. */
function filesOf(file: string): string[] {
    return [...read(file).matchAll(/"(\.\.?(?:\/[^"]*)?)"/g)].flatMap(([, path = ""]) => {
        const target = normalize(join(dirname(file), path));
        return [target, `${target}.ts`, join(target, "index.ts")].filter((one) => files.has(one)).slice(0, 1);
    });
}

/** The packages that a module imports or requires. */
function packagesOf(file: string): string[] {
    const named =
        /(?:^import |^(?:import|export)\b[^;"]*\bfrom |(?:\bimport|\brequire(?:\.resolve)?|\bload|createRequire\(__filename\))\()"([@a-z][\w@./-]*)"/gm;
    return [...read(file).matchAll(named)]
        .map(([, name = ""]) =>
            name
                .split("/")
                .slice(0, name.startsWith("@") ? 2 : 1)
                .join("/"),
        )
        .filter((name) => !isBuiltin(name));
}

/** Every file that these reach, but for edges that are cut. */
function reachable(start: readonly string[], isCut: (from: string, to: string) => boolean): ReadonlySet<string> {
    const seen = new Set<string>();
    const visit = (file: string): void => {
        if (!seen.has(file)) {
            seen.add(file);
            filesOf(file)
                .filter((next) => !isCut(file, next))
                .forEach(visit);
        }
    };
    start.forEach(visit);
    return seen;
}

describe("what runs on AWS", () => {
    // The one way to the sandbox, which asks first whether it is installed, and the table of the commands.
    const isCut = (from: string, to: string): boolean =>
        to.startsWith("cli/sandbox/") && (from === "cli/command/fromSandbox.ts" || from === "cli/commands.ts");
    const reached = reachable(
        ["index.ts", "policy/start.cjs", "assertions/start.cjs", "cli/keyless.mjs", "cli/main.ts"],
        isCut,
    );
    const inSandbox = [...reached].filter((file) => /^(cli\/)?sandbox\//.test(file));

    it("reaches the program, the packs and the commands", () => {
        const some = [
            "components/access/access.ts",
            "policy/iam/index.ts",
            "access/index.ts",
            "toolkit/system/lock.mjs",
        ];
        const commands = ["access", "bootstrap", "drift", "export", "lint", "sessions", "tunnel"];
        const missing = [...some, ...commands.map((name) => `cli/${name}.ts`)].filter((file) => !reached.has(file));
        assert.deepEqual(missing, []);
    });

    it("reaches nothing of the sandbox", () => assert.deepEqual(inSandbox, []));

    it("imports no package that only the sandbox or development installs", () => {
        const installed = namesIn(".", ...workspaces.filter((each) => each !== "sandbox"));
        const others = [...reached].flatMap((file) =>
            packagesOf(file)
                .filter((name) => !installed.has(name))
                .map((name) => `${file} imports ${name}`),
        );
        assert.deepEqual(others, []);
    });

    it("marks the commands that need the sandbox", () => {
        const entries = read("cli/commands.ts")
            .split(/^ {4}(?=["\w-]+: \{$)/m)
            .slice(1);
        const wrong = entries.filter((text) => text.includes("sandbox: true") !== /load\(\s*"\.\/sandbox\//.test(text));
        assert.ok(entries.length > 15);
        assert.deepEqual(wrong, []);
    });
});

describe("a sandbox that is not installed", () => {
    const folder = temporaryFolder("workspaces");
    const install = (...path: string[]): void => void mkdirSync(join(folder, ...path), { recursive: true });
    before(() => {
        install("sandbox");
        writeFileSync(
            join(folder, "sandbox", "package.json"),
            JSON.stringify({ dependencies: { a: "1", "@b/c": "1" } }),
        );
        install("node_modules", "a");
    });

    it("is named with the command that installs it", () =>
        assert.throws(
            () => requireSandbox(folder),
            new UserError("the sandbox is not installed, and this needs it; install everything: npm ci"),
        ));

    it("is complete with all its packages, wherever npm puts them", () => {
        install("sandbox", "node_modules", "@b", "c");
        requireSandbox(folder);
    });
});

describe("a workspace", () => {
    const workspaceOf = (file: string): string => workspaces.find((each) => file.startsWith(`${each}/`)) ?? ".";

    for (const folder of workspaces) {
        const own = [...files].filter((file) => workspaceOf(file) === folder);

        it(`${folder} declares the packages that it imports`, () => {
            const declared = namesIn(folder);
            const undeclared = own.flatMap(packagesOf).filter((name) => !declared.has(name));
            assert.deepEqual([...new Set(undeclared)], []);
        });

        it(`${folder} declares the workspaces that it imports`, () => {
            const imported = new Set(own.flatMap(filesOf).map(workspaceOf));
            const declared = workspaces.filter((each) => namesIn(folder).has(`keyless-${each}`));
            assert.deepEqual(
                workspaces.filter((each) => each !== folder && imported.has(each)),
                declared,
            );
        });
    }

    it("and the project import what their manifests declare", () => {
        // cli/sandbox comes with the sandbox; tests, pages and benches need everything.
        const everything = namesIn(".", ...workspaces);
        Object.keys(root.devDependencies ?? {}).forEach((name) => everything.add(name));
        const declaredFor = (file: string): ReadonlySet<string> =>
            /^(test|docs|bench|eslint)/.test(file)
                ? everything
                : file.startsWith("cli/sandbox/")
                  ? namesIn(".", "sandbox")
                  : namesIn(".");
        const undeclared = [...files]
            .filter((file) => workspaceOf(file) === ".")
            .flatMap((file) => packagesOf(file).filter((name) => !declaredFor(file).has(name)));
        assert.deepEqual([...new Set(undeclared)], []);
    });

    it("has the project's version, its license, and exact versions that agree with the others'", () => {
        const manifests = [".", ...workspaces, "assertions"].map(manifestOf);
        const versions = manifests.flatMap(({ dependencies = {}, devDependencies = {} }) =>
            Object.entries({ ...dependencies, ...devDependencies }),
        );
        const agreed = new Map(versions);
        assert.deepEqual(
            [...new Set(manifests.map(({ version, license }) => `${version} ${license}`))],
            [`${root.version} Apache-2.0`],
        );
        assert.deepEqual(
            versions.filter(([name, version]) => agreed.get(name) !== version || !/^(npm:.+@)?\d/.test(version)),
            [],
        );
        assert.match(read("CHANGELOG.md"), new RegExp(`^## ${root.version.replaceAll(".", "\\.")}\\b`, "m"));
    });
});
