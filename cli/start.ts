import { renderLive } from "../access";
import type { LiveResult } from "../access";
import { engineOf } from "../config/settings";
import type { Finding as Drift } from "../drift/index";
import { duration } from "../sandbox/progress";
import { type Finding, type Proof, prove, renderProof } from "../sandbox/proof";
import { lookOf } from "../sandbox/proof/table";
import type { Changes, RunLog, Violation } from "../sandbox/run/events";
import { shown } from "../toolkit/shown";
import { print, printJson, standardOutput } from "../toolkit/terminal";
import { verifyStack } from "./access/stacks";
import { stackDrift, renderFinding } from "./drift";
import { type Tested, renderTested, testConnections } from "./connectionTests";
import { makeWhatIsCopied } from "./copies";
import { expectedAccess } from "./expectedAccess";
import { interrupt } from "./interrupt";
import { migrate, migrationsBeside } from "./migrate";
import { readOptions, stackOptions, stackUsage, userPath } from "./options";
import { describeChanges, tellProblems } from "./report";
import { type Session, inSession, stackFileOf } from "./session";

export const USAGE = shown`usage: keyless start [OPTIONS]

Brings a stack up in the sandbox, by the real Pulumi engine and with a real Postgres,
the policy pack enforced; then every login tries every tenant's data for real, and
what is computed from the resources is compared with the catalogs and with what each
login really can do.

${stackUsage}
  --migrations FILE    SQL to run once between the tenants and the profiles: a profile that
                       names tables needs them to be there (default: the .sql file beside
                       the stack's file, if there is one)
  --json               print one JSON object, and nothing else, on standard output`;

/** What `--json` prints; the exit code is 0 only if everything holds. */
export interface StartResult {
    readonly stack: string;
    readonly changes: Changes;
    /** From the command's start on, set-up included. */
    readonly durationMs: number;
    readonly policy: { readonly violations: readonly Violation[] };
    readonly access: {
        readonly attempted: number;
        readonly allowed: number;
        readonly refused: number;
        readonly leaks: readonly Finding[];
        readonly missing: readonly Finding[];
    };
    /** What is computed from the resources against the catalogs and against real attempts, cell by cell. */
    readonly computed: LiveResult;
    /** What in the catalogs is not as declared: roles, memberships, settings, owners, access lists, a way to lock oneself out. */
    readonly drift: readonly Drift[];
    /** What the stack's connection tests say, run as their pods would be. */
    readonly connectionTests: readonly Tested[];
}

export async function start(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, {
        ...stackOptions,
        migrations: { type: "string" },
        json: { type: "boolean", default: false },
    });
    if (options === undefined) {
        return 0;
    }
    const { stack, json } = options;
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
    } = await inSession(options, (session) => bringUp(session, migrations));
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
    /** One a database; none when the run failed: there is nothing to try then. */
    readonly proofs: readonly Proof[];
    readonly live?: LiveResult;
    readonly drift?: readonly Drift[];
    readonly tested?: readonly Tested[];
    /** There is nobody to try it on. */
    readonly untried?: true;
}

async function bringUp(session: Session, migrations: string | undefined): Promise<Outcome> {
    const { run, stack, server, settings, progress } = session;
    const uncopied = await makeWhatIsCopied(session);
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
        // What is stated of all resources together can be judged at a preview before anything is made.
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
        progress.line("the sandbox has no MySQL server, so nothing was tried: docs/mysql.md");
        return { ok, log, proofs: [], untried: true };
    }
    const step = progress.step("trying every access for real");
    const { clusterResourceId, database } = log.outputs;
    const postgres = await server.postgresFor(String(clusterResourceId));
    const proofs: Proof[] = [];
    for (const access of expectedAccess(settings, String(database))) {
        proofs.push(await prove(postgres, access));
    }
    step.done();
    interrupt.throwIfAborted();
    const comparing = progress.step("comparing what is computed with what is");
    const live = await verifyStack(
        server,
        stack,
        typeof settings.platform === "string" ? settings.platform : undefined,
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
        leaks: proofs.flatMap(({ leaks }) => leaks),
        missing: proofs.flatMap(({ missing }) => missing),
    };
    return {
        stack,
        changes,
        durationMs,
        policy: { violations },
        access,
        computed: live ?? { cells: 0, attempts: 0, differences: [] },
        drift,
        connectionTests: tested,
    };
}
