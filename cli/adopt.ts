import { existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { stackFile, type AdoptedPlatform } from "../adopt/file";
import { readServer } from "../adopt/read";
import { adoptReport, describeOther, type AdoptReport } from "../adopt/report";
import { compareRights, rightsOf, ROLE, type Announced, type Right, type RightsComparison } from "../adopt/rights";
import { newSalt, sealedWith } from "../adopt/seal";
import { readWorkloads } from "../adopt/workloads";
import { identityKinds } from "../components/identity/kinds";
import type { Known } from "../doctor/facts";
import type { Workload } from "../adopt/facts";
import { attemptWith, unknown } from "../doctor/known";
import { readAws } from "../doctor/read/aws";
import { clusterApi } from "../doctor/read/kubernetes";
import type { Facts } from "../drift/index";
import { isRecord } from "../toolkit/record";
import { documentText, inLines, json, shown, type Shown, type Showable } from "../toolkit/shown";
import { readUserFile } from "../toolkit/system/userFile";
import { print } from "../toolkit/terminal";
import { UserError } from "../toolkit/userError";
import { connect, targetOf } from "./access/connection";
import { readOptions, userPath } from "./command/options";

export const USAGE = shown`usage: keyless adopt --live WHERE [OPTIONS]

Writes a stack's config for a database that runs already: a tenant for each login that
applications use, which acts as that login. The first run with it changes nobody's rights. What
the config cannot state is listed, in the file and in the output. Reads only: READ ONLY
transactions, Describe, List and Get calls of AWS, and GET of the Kubernetes API.

  --live WHERE         the database to adopt: env (PGHOST, PGUSER, PGPASSWORD, PGDATABASE, …,
                       as for psql) or postgresql://USER@HOST:PORT/DATABASE; as the master
  --out FILE           write the config to this file, which must not exist (default: print it)
  --login NAME         make a tenant of this login too; repeat it for each
  --identity KIND      how the services authenticate to AWS (default: irsa)
  --database ID        the Aurora cluster or RDS instance, by its identifier
  --cluster NAME       the EKS cluster: finds the pods whose environment names a login
  --region NAME        their region (default: that of the environment)
  --rights FILE        write everybody's rights, and what the first run adds, to this file; of
                       settings, a digest of the value
  --verify FILE        compare the rights with such a file instead; the exit code is 1 when
                       somebody lost a right, or got one that was not announced
  --json               print one JSON object`;

export async function adopt(args: string[]): Promise<number> {
    const text = { type: "string" } as const;
    const options = readOptions(args, USAGE, {
        ...{ live: text, out: text, identity: text, database: text, cluster: text, region: text },
        ...{ rights: text, verify: text },
        login: { type: "string", multiple: true, default: [] as string[] },
        json: { type: "boolean", default: false },
    });
    if (options === undefined) {
        return 0;
    }
    const { live, identity, out, rights, verify } = options;
    if (live === undefined) {
        throw new UserError(shown`--live is missing: the database to adopt\n\n${USAGE}`);
    }
    if (identity !== undefined && !identityKinds.some((kind) => kind === identity)) {
        throw new UserError(`--identity is ${JSON.stringify(identity)}; allowed are ${identityKinds.join(", ")}`);
    }
    for (const path of [out, rights]) {
        refuseExisting(path);
    }
    const saved = verify === undefined ? undefined : readSaved(userPath(verify));
    const target = targetOf(live, process.env);
    const { database } = target;
    const server = await readServer(database, (name) => connect(target, name));
    if (saved !== undefined) {
        const comparison = compareRights(saved.rights, rightsOf(server, sealedWith(saved.salt)), saved.announced);
        print(options.json ? json(comparison) : inLines(renderComparison(comparison)));
        return comparison.lost.length + comparison.unannounced.length === 0 ? 0 : 1;
    }
    const { platform, workloads } = await surroundings(options, server);
    const report = adoptReport({ database, server, workloads }, options.login);
    const file = stackFile(report, platform, identity);
    if (rights !== undefined) {
        const salt = newSalt();
        const content = { salt, announced: report.announced, rights: rightsOf(server, sealedWith(salt)) };
        save(userPath(rights), JSON.stringify(content, undefined, 1));
    }
    if (out !== undefined) {
        save(userPath(out), file);
    }
    if (options.json) {
        print(json({ ...report, ...(out === undefined && { file }) }));
    } else if (out === undefined) {
        print(documentText(file));
    } else {
        print(inLines(renderReport(report, out)));
    }
    return 0;
}

interface Choice {
    readonly database?: string | undefined;
    readonly cluster?: string | undefined;
    readonly region?: string | undefined;
}

/** What AWS and the cluster say of the database and the pods that use it. @throws UserError */
async function surroundings(
    { database, cluster, region }: Choice,
    server: Facts,
): Promise<{ readonly platform: AdoptedPlatform; readonly workloads: Known<readonly Workload[]> }> {
    if (database === undefined && cluster === undefined) {
        return { platform: {}, workloads: unknown("--cluster is not given") };
    }
    const aws = await readAws({ database, cluster, region, roles: unknown("not compared") });
    if (database !== undefined && "unknown" in aws.server) {
        throw new UserError(`--database ${database}: ${aws.server.unknown}`);
    }
    if ("value" in aws.server && aws.server.value.engine.includes("mysql")) {
        throw new UserError(
            `--database ${aws.server.value.identifier} is ${aws.server.value.engine}; allowed is PostgreSQL: tenants of MySQL get databases of their own`,
        );
    }
    const logins = new Set(
        [...server.roles.values()].filter(({ attributes }) => attributes.login).map(({ name }) => name),
    );
    const get = await attemptWith(aws.cluster, "the Kubernetes API", clusterApi);
    const workloads = await attemptWith(get, "pods", (api) => readWorkloads(api, logins));
    return { platform: "value" in aws.server ? aws.server.value : {}, workloads };
}

/** Also between this and the writing: see {@link save}. @throws UserError */
function refuseExisting(path: string | undefined): void {
    if (path !== undefined && existsSync(userPath(path))) {
        throw new UserError(`${path} already exists and will not be overwritten; choose another path`);
    }
    if (path !== undefined && !existsSync(dirname(userPath(path)))) {
        throw new UserError(
            `${path} cannot be written: there is no folder ${dirname(path)}; create it, or choose another path`,
        );
    }
}

function save(path: string, content: string): void {
    writeFileSync(path, content, { flag: "wx", mode: 0o600 });
}

interface Saved {
    /** What the digests of settings were made with. */
    readonly salt: string;
    readonly announced: readonly Announced[];
    readonly rights: readonly Right[];
}

/** @throws UserError */
function readSaved(path: string): Saved {
    const text = readUserFile(path);
    const wrong = (why: string) =>
        new UserError(`--verify ${path} ${why}; write it with keyless adopt --rights before the first run`);
    let saved: unknown;
    try {
        saved = JSON.parse(text);
    } catch {
        throw wrong("is not JSON");
    }
    if (
        !isRecord(saved) ||
        typeof saved["salt"] !== "string" ||
        !isListOfRights(saved["announced"]) ||
        !isListOfRights(saved["rights"])
    ) {
        throw wrong("is not a file of rights");
    }
    return { salt: saved["salt"], announced: saved["announced"], rights: saved["rights"] };
}

function isListOfRights(value: unknown): value is Right[] {
    return (
        Array.isArray(value) &&
        value.every((one) => isRecord(one) && typeof one["holder"] === "string" && typeof one["what"] === "string")
    );
}

function renderReport(report: AdoptReport, out: string): Showable[] {
    const { tenants, profiles, left, otherDatabases, unexpressed, announced } = report;
    return [
        ...tenants.map(
            ({ name, login, actsAs }) =>
                shown`tenant ${name}: the login ${login}${actsAs === login ? shown`` : shown`, which acts as ${actsAs}`}`,
        ),
        ...profiles.map(
            ({ name, group, members }) =>
                shown`profile ${name}: the group ${group}${members.length === 0 ? shown`` : shown`, whose members are ${members.join(", ")}`}`,
        ),
        ...left.map(({ login, why }) => shown`left out ${login}: ${why}`),
        ...otherDatabases.map((one) => shown`not in it: the database ${describeOther(one)}: needs a run of its own`),
        ...unexpressed.map(({ what, why }) => shown`stays: ${what}: ${why}`),
        ...announced.map(({ holder, what }) => shown`the first run adds: ${described(holder, what)}`),
        shown`${out} has ${tenants.length} tenants; before the first run: keyless bootstrap --keep-owner`,
    ];
}

function described(holder: string, what: string): Shown {
    return what === ROLE ? shown`the role ${holder}` : shown`${holder}: ${what}`;
}

/** Everything that the comparison says, a line each. */
export function renderComparison({ lost, unannounced, missing, added }: RightsComparison): Showable[] {
    const line = (word: string, { holder, what, by }: Right) =>
        shown`${word}: ${holder}: ${what}${by === undefined ? shown`` : shown`, by ${by}`}`;
    return [
        ...lost.map((right) => line("LOST", right)),
        ...unannounced.map((right) => line("NOT ANNOUNCED", right)),
        ...added.map((right) => line("added", right)),
        ...missing.map(({ holder, what }) => shown`not yet: ${described(holder, what)}`),
        lost.length + unannounced.length === 0
            ? "nobody lost a right, and nobody got one that was not announced"
            : shown`${lost.length} lost, ${unannounced.length} not announced`,
    ];
}
