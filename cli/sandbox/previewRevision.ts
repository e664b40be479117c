import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { projectDir } from "../../toolkit/paths";
import { reason, shown } from "../../toolkit/shown";
import { UserError } from "../../toolkit/userError";
import { interrupt } from "../command/interrupt";

/** Previews a revision in a separate process and folder, with the packages that are installed here. */
export async function previewRevision(revision: string, stack: string): Promise<unknown> {
    if (revision.startsWith("-")) {
        throw new UserError(
            `${JSON.stringify(revision)} is not a revision: git would parse it as an option; name a branch, a tag or a commit`,
        );
    }
    const folder = mkdtempSync(join(tmpdir(), "keyless-revision-"));
    const tree = join(folder, "tree");
    try {
        git("worktree", "add", "--detach", "--force", tree, revision);
        symlinkSync(join(projectDir, "node_modules"), join(tree, "node_modules"));
        return await previewIn([stack, tree, join(folder, "digest.json")]);
    } catch (error) {
        throw new UserError(shown`revision ${revision} can't be previewed: ${reason(error)}`);
    } finally {
        rmSync(folder, { recursive: true, force: true });
        git("worktree", "prune");
    }
}

/** Previews a stack in a separate process, as one can load a program only once. */
export async function previewStack(stack: string, configFile: string): Promise<unknown> {
    const folder = mkdtempSync(join(tmpdir(), "keyless-preview-"));
    try {
        return await previewIn([stack, projectDir, join(folder, "digest.json"), configFile]);
    } catch (error) {
        throw new UserError(shown`${stack} can't be previewed: ${reason(error)}`);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Runs revision.ts with these arguments: a stack, a program's folder, the file that it writes, and optionally a config file. */
async function previewIn(given: readonly [string, string, string, string?]): Promise<unknown> {
    const [, , output] = given;
    const preload = join(projectDir, "toolkit", "preload.cjs");
    const args = ["--require", preload, join(__dirname, "revision.ts"), ...given.filter((one) => one !== undefined)];
    // eslint-disable-next-line keyless/one-terminal -- revision.ts writes by toolkit/terminal.ts itself
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    interrupt.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) {
        throw new Error("its error is above");
    }
    return JSON.parse(readFileSync(output, "utf8")) as unknown;
}

function git(...args: readonly string[]): void {
    execFileSync("git", args, { cwd: projectDir, stdio: ["ignore", "ignore", "pipe"] });
}
