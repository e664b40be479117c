import { spawn } from "node:child_process";
import { once } from "node:events";

import { Store } from "../../sandbox/cloud/store";
import { clustersOf } from "../../sandbox/identity/clusters";
import { type DeclaredJob, jobsOf } from "../../sandbox/jobs/declared";
import { openPod } from "../../sandbox/jobs/pod";
import type { Server } from "../../sandbox/server";
import { type Showable, type Shown, inLines, padded, quoted, shown, widthOf } from "../../toolkit/shown";
import { interrupt } from "../command/interrupt";
import { clientDir } from "./job";

/** The result of the client in examples/connection-test; without a connection, the reason. */
export interface Verdict {
    readonly ok: boolean;
    readonly error?: string;
    readonly user?: string;
    readonly tls?: string;
    readonly checks?: readonly {
        readonly name: string;
        readonly outcome: "passed" | "failed" | "skipped";
        readonly detail: string;
    }[];
}

/** A connection test that ran. */
export interface Tested {
    /** `NAMESPACE/NAME` of the Job. */
    readonly job: string;
    readonly verdict: Verdict;
}

/** Runs the connection tests that a stack declares, as their pods would on AWS. @param clusterArn of the stack's EKS cluster */
export async function testConnections(server: Server, clusterArn: string): Promise<Tested[]> {
    const store = new Store();
    const clusters = clustersOf(store).filter(({ arn }) => arn === clusterArn);
    const jobs = clusters
        .flatMap((cluster) => jobsOf(store, cluster))
        .filter(({ labels }) => labels["app.kubernetes.io/name"] === "connection-test");
    const tested: Tested[] = [];
    for (const job of jobs) {
        tested.push({ job: `${job.namespace}/${job.name}`, verdict: await tryOut(server, job) });
        interrupt.throwIfAborted();
    }
    return tested;
}

async function tryOut(server: Server, job: DeclaredJob): Promise<Verdict> {
    const pod = await openPod(server, job);
    try {
        const [command = "", ...args] = pod.command;
        const child = spawn(...pod.names.launch(command, args), {
            cwd: clientDir,
            env: pod.environment,
            stdio: ["ignore", "pipe", "pipe"],
            signal: interrupt,
        });
        const said = [child.stdout, child.stderr].map(async (stream) =>
            Buffer.concat(await stream.toArray()).toString(),
        );
        const [stdout, stderr] = await Promise.all([...said, once(child, "close")] as const);
        return verdictOf(String(stdout), String(stderr));
    } finally {
        await pod.close();
    }
}

function verdictOf(stdout: string, stderr: string): Verdict {
    try {
        return JSON.parse(stdout) as Verdict;
    } catch {
        return { ok: false, error: stderr.trim() || "it printed nothing" };
    }
}

/** One line per test, and one per failed check. */
export function renderTested(tested: readonly Tested[]): Shown {
    const width = Math.max(...tested.map(({ job }) => widthOf(job)));
    return inLines(
        tested.flatMap(({ job, verdict }) => [
            shown`${padded(job, width)}  ${summaryOf(verdict)}`,
            ...failuresOf(verdict),
        ]),
    );
}

function summaryOf({ error, user, tls, checks = [] }: Verdict): Showable {
    if (error !== undefined) {
        return shown`no connection: ${quoted(error)}`;
    }
    const count = (wanted: string) => checks.filter(({ outcome }) => outcome === wanted).length;
    return `connected as ${user} over ${tls}; ${["passed", "failed", "skipped"].map((outcome) => `${count(outcome)} ${outcome}`).join(", ")}`;
}

function failuresOf({ checks = [] }: Verdict): Shown[] {
    return checks
        .filter(({ outcome }) => outcome === "failed")
        .map(({ name, detail }) => shown`  failed: ${name}: ${quoted(detail)}`);
}
