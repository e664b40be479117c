import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { projectDir } from "../../toolkit/paths";
import type { Language } from "./catalog";

/** The command of a language's program in examples/clients, without the client's argument; or why it cannot be run. */
export type Installed = { readonly command: readonly string[] } | { readonly reason: string };

const LEFT_OUT: Installed = { reason: "left out of this run" };

/** Installs the libraries of these languages at their pinned versions below this folder. */
export function installAll(dir: string, wanted: ReadonlySet<Language>): Readonly<Record<Language, Installed>> {
    const only = (language: Language, install: () => Installed) => (wanted.has(language) ? install() : LEFT_OUT);
    // psql's program signs with that of Node.js.
    const node = installed(dir, "node", [["npm", "install", "--no-audit", "--no-fund"]], ["node", "client.mjs"]);
    const venv = join(dir, "python", "venv", "bin");
    return {
        "Node.js": node,
        Python: only("Python", () =>
            installed(
                dir,
                "python",
                [
                    ["python3", "-m", "venv", "venv"],
                    [join(venv, "pip"), "install", "--quiet", "-r", "requirements.txt"],
                ],
                [join(venv, "python"), "client.py"],
            ),
        ),
        Go: only("Go", () =>
            installed(
                dir,
                "go",
                [
                    ["go", "mod", "tidy"],
                    ["go", "build", "-o", "client", "."],
                ],
                ["./client"],
            ),
        ),
        Java: only("Java", () =>
            installed(
                dir,
                "java",
                [
                    ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"],
                    ["javac", "-cp", "lib/*", "Client.java"],
                ],
                ["java", "-cp", "lib/*:.", "Client"],
            ),
        ),
        libpq: "reason" in node ? node : installed(dir, "psql", [["psql", "--version"]], ["./client.sh"]),
        Rust: only("Rust", () =>
            installed(
                dir,
                "rust",
                [["cargo", "build", "--quiet", "--locked", "--target-dir", "target"]],
                ["./target/debug/client"],
            ),
        ),
    };
}

function installed(
    dir: string,
    name: string,
    steps: readonly (readonly string[])[],
    command: readonly string[],
): Installed {
    const folder = join(dir, name);
    cpSync(join(projectDir, "examples", "clients", name), folder, { recursive: true });
    for (const [program = "", ...args] of steps) {
        const { status, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
        if (error !== undefined) {
            return { reason: `${program} is not installed` };
        }
        if (status !== 0) {
            return { reason: `${program} ${args[0] ?? ""} failed: ${stderr.trim().split("\n").at(-1) ?? ""}` };
        }
    }
    return { command };
}

/** Whether a client's pinned version is what the manifests in examples/clients install. */
export function manifests(): string {
    return ["node/package.json", "python/requirements.txt", "go/go.mod", "java/pom.xml", "rust/Cargo.toml"]
        .map((file) => readFileSync(join(projectDir, "examples", "clients", file), "utf8"))
        .join("\n");
}
