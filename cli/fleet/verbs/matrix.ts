import { execFileSync } from "node:child_process";
import { relative } from "node:path";

import { projectDir } from "../../../toolkit/paths";
import { reason, shown } from "../../../toolkit/shown";
import { print, printJson } from "../../../toolkit/terminal";
import { UserError } from "../../../toolkit/userError";
import { jobsOf } from "../manifests/matrix";
import { chosen, needPlaced, ofShards, text } from "../options";
import { filesOf } from "../plan";
import { PROGRAM, readFleet } from "../shards";
import { verb } from "../verb";

/** The jobs for shards that changed: by their config files, or all if the program did. */
export const matrix = verb({ ...ofShards, since: text }, async (path, { file, shard, since, json }) => {
    const read = needPlaced(readFleet(path), file);
    const shards = chosen(read, shard);
    const changed = since === undefined ? undefined : changedSince(since);
    const everything =
        changed === undefined ||
        changed.some((name) => PROGRAM.some((part) => name === part || name.startsWith(`${part}/`)));
    const config = (name: string) => relative(projectDir, filesOf(path).stack(name));
    const jobs = jobsOf(
        read.plan.cells,
        everything ? shards : shards.filter(({ name }) => changed.includes(config(name))),
    );
    if (json) {
        printJson({ include: jobs });
    } else {
        jobs.forEach(({ name, cell }) => print(`${name} (${cell})`));
    }
    return 0;
});

/** The files that differ from a revision, as paths in the project. @throws UserError */
function changedSince(revision: string): readonly string[] {
    try {
        const args = ["diff", "--name-only", "--relative", "-z", "--end-of-options", revision, "--"];
        return execFileSync("git", args, { cwd: projectDir, encoding: "utf8", stdio: "pipe" }).split("\0");
    } catch (error) {
        throw new UserError(shown`--since ${revision}: ${reason(error)}`);
    }
}
