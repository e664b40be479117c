import { renderLive } from "../../access";
import type { LiveResult } from "../../access";
import { engineOf } from "../../config/settings";
import type { Finding as Drift } from "../../drift/index";
import { duration } from "../../toolkit/progress";
import { type Finding, type Proof, prove, renderProof } from "../../sandbox/proof";
import { lookOf } from "../../sandbox/proof/table";
import type { Changes, RunLog, Violation } from "../../sandbox/run/events";
import { shown } from "../../toolkit/shown";
import { print, printJson, standardOutput } from "../../toolkit/terminal";
import { verifyStack } from "./stacks";
import { renderFinding } from "../../drift/render";
import { stackDrift } from "./drift";
import { type Tested, renderTested, testConnections } from "./connectionTests";
import { deployReplicaSource } from "./replicaSource";
import { expectedAccess } from "./expectedAccess";
import { NOTHING_COMPARED } from "./verifySandbox";
import { interrupt } from "../command/interrupt";
import { migrate, migrationsBeside } from "./migrate";
import { readOptions, stackOptions, stackUsage, userPath } from "../command/options";
import { describeChanges, tellProblems } from "./report";
import { stackFileOf } from "../command/stackChoice";
import { type Session, deployerOption, deployerUsage, inSession } from "./session";

export const USAGE = shown`usage: keyless start [OPTIONS]

Deploys a stack to the sandbox with the real Pulumi engine, a real Postgres and the
policy pack enforced. Then every login attempts to access every tenant's data, and the
computed access matrix is compared with the catalogs and with the attempts.

${stackUsage}
  --migrations FILE    SQL to run once between the tenants and the profiles: tables that a
                       profile names must exist (default: the .sql file beside the stack's
                       file, if it exists)
  --exhaustive         every login tries every tenant's data, however many there are; without
                       it, from about 50 tenants on, its own, a neighbour's, samples, and
                       what represents the rest (the catalogs are compared for all)
${deployerUsage}
  --json               print only one JSON object on standard output`;

/** What `--json` prints; the exit code is 0 only if everything holds. */
export interface StartResult {
    readonly stack: string;
    readonly changes: Changes;
    /** Since the command's start, including set-up. */
    readonly durationMs: number;
    readonly policy: { readonly violations: readonly Violation[] };
    readonly access: {
        readonly attempted: number;
        readonly allowed: number;
        readonly refused: number;
        /** Pairs of a login and a tenant's data: those tried, and all. The catalogs are compared for all. */
        readonly pairs: Proof["pairs"];
        readonly leaks: readonly Finding[];
        readonly missing: readonly Finding[];
        /** Failed for reasons other than rights. */
        readonly undecided: readonly Finding[];
    };
    /** The computed matrix against the catalogs and real attempts, cell by cell. */
    readonly computed: LiveResult;
    /** Differences between the catalogs and the declarations: roles, memberships, settings, owners, access lists, lock-out. */
    readonly drift: readonly Drift[];
    /** The results of the stack's connection tests, run as their pods would be. */
    readonly connectionTests: readonly Tested[];
}

export async function start(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, {
        ...stackOptions,
        ...deployerOption,
        migrations: { type: "string" },
        exhaustive: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
    });
    if (options === undefined) {
        return 0;
    }
    const { stack, json, exhaustive } = options;
    const migrations =
        options.migrations === undefined ? migrationsBeside(stackFileOf(options)) : userPath(options.migrations);
    const {
        ok,
        log,
        proofs,
        live,
        drift = [],
        tested = [],
        untried = false,
    } = await inSession(options, (session) => bringUp(session, migrations, exhaustive));
    interrupt.throwIfAborted();
    const durationMs = Date.now() - Number(process.env["KEYLESS_SINCE"] ?? performance.timeOrigin);
    if (json) {
        printJson(asJson(stack, durationMs, log, { proofs, live, drift, tested }));
    } else {
        for (const proof of proofs) {
            print(shown`\n${renderProof(proof, lookOf(standardOutput))}`);
        }
        if (live !== undefined) {
            print(shown`${renderLive(live)}\n`);
        }
        drift.forEach((finding) => print(shown`${renderFinding(finding)}\n`));
        if (tested.length > 0) {
            print(shown`${renderTested(tested)}\n`);
        }
        print(`${stack}: ${describeChanges(log.changes)} in ${duration(durationMs)}`);
    }
    tellProblems(log);
    const agrees = live !== undefined && live.differences.length === 0;
    const holds =
        proofs.every(({ leaks, missing }) => leaks.length + missing.length === 0) &&
        tested.every(({ verdict }) => verdict.ok);
    return ok && (untried || (agrees && holds && drift.length === 0)) ? 0 : 1;
}

interface Outcome {
    readonly ok: boolean;
    readonly log: RunLog;
    /** One per database; none when the run failed. */
    readonly proofs: readonly Proof[];
    readonly live?: LiveResult;
    readonly drift?: readonly Drift[];
    readonly tested?: readonly Tested[];
    /** The sandbox has no server to test against. */
    readonly untried?: true;
}

async function bringUp(session: Session, migrations: string | undefined, exhaustive: boolean): Promise<Outcome> {
    const { run, stack, server, settings, progress } = session;
    const uncopied = await deployReplicaSource(session);
    if (uncopied !== undefined) {
        return { ok: false, log: uncopied, proofs: [] };
    }
    interrupt.throwIfAborted();
    if (migrations !== undefined) {
        const failed = await migrate(session, migrations);
        if (failed !== undefined) {
            return { ok: false, log: failed, proofs: [] };
        }
    }
    if (settings.assertions.length > 0) {
        // A preview can check assertions about all resources before anything is created.
        const planned = await run("preview");
        if (!planned.ok) {
            return { ...planned, proofs: [] };
        }
        interrupt.throwIfAborted();
    }
    const { ok, log } = await run("up");
    if (!ok) {
        return { ok, log, proofs: [] };
    }
    interrupt.throwIfAborted();
    if (engineOf(settings) === "mysql") {
        progress.line("the sandbox has no MySQL server, so access was not tested: docs/mysql.md");
        return { ok, log, proofs: [], untried: true };
    }
    const step = progress.step("attempting every access");
    const { clusterResourceId, database } = log.outputs;
    const postgres = await server.postgresFor(String(clusterResourceId));
    const asked = Number.parseInt(String(log.outputs["engineVersion"]), 10);
    if (postgres.major < asked) {
        progress.line(
            `the database is Postgres ${asked} now; the sandbox cannot upgrade data, so its server stays at ${postgres.major}`,
        );
    }
    const proofs: Proof[] = [];
    for (const access of expectedAccess(settings, String(database))) {
        proofs.push(await prove(postgres, access, { exhaustive }));
    }
    step.done();
    interrupt.throwIfAborted();
    const comparing = progress.step("comparing the computed access with the server");
    const live = await verifyStack(
        server,
        stack,
        typeof settings.platform === "string" ? settings.platform : undefined,
        exhaustive,
    );
    const drift = await stackDrift(session, stack, false);
    comparing.done();
    interrupt.throwIfAborted();
    const tested =
        settings.access?.connectionTest === undefined
            ? []
            : await testConnections(server, String(log.outputs["kubernetesArn"]));
    return { ok, log, proofs, live, drift: drift.findings, tested };
}

function asJson(
    stack: string,
    durationMs: number,
    { changes, violations }: RunLog,
    { proofs, live, drift = [], tested = [] }: Pick<Outcome, "proofs" | "live" | "drift" | "tested">,
): StartResult {
    const sum = (of: (proof: Proof) => number) => proofs.reduce((total, proof) => total + of(proof), 0);
    const access = {
        attempted: sum(({ attempted }) => attempted),
        allowed: sum(({ allowed }) => allowed),
        refused: sum(({ refused }) => refused),
        pairs: { chosen: sum(({ pairs }) => pairs.chosen), all: sum(({ pairs }) => pairs.all) },
        leaks: proofs.flatMap(({ leaks }) => leaks),
        missing: proofs.flatMap(({ missing }) => missing),
        undecided: proofs.flatMap(({ undecided }) => undecided),
    };
    return {
        stack,
        changes,
        durationMs,
        policy: { violations },
        access,
        computed: live ?? NOTHING_COMPARED,
        drift,
        connectionTests: tested,
    };
}
