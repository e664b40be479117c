import { basename } from "node:path";

import { targetRoleName } from "../components/names";
import { mysqlNames } from "../components/tenancy/mysqlNames";
import { connectGroup, namesOf } from "../components/tenancy/names";
import type { AccessSettings } from "../config/access";
import { databaseRoleOf, engineOf, parseSettings } from "../config/settings";
import { diagnose } from "../doctor/checks/all";
import type { Facts, Known, Wanted } from "../doctor/facts";
import { attemptWith, known, unknown } from "../doctor/known";
import { readAws } from "../doctor/read/aws";
import { readKubernetes } from "../doctor/read/kubernetes";
import { renderFindings } from "../doctor/render";
import { json, shown } from "../toolkit/shown";
import { readStackFile } from "../toolkit/system/stackFile";
import { print } from "../toolkit/terminal";
import { UserError } from "../toolkit/userError";
import { fromSandbox } from "./command/fromSandbox";
import { readOptions } from "./command/options";
import { ofProject, stackFileOf } from "./command/stackChoice";
import { databaseFacts } from "./doctorDatabase";

export const USAGE = shown`usage: keyless doctor [OPTIONS]

Checks a database, an EKS cluster and an account that exist already, before Keyless changes
anything: what is fine, what must be changed, what the change would break, and how to make it.
It reads only: Describe, List and Get calls of AWS, GET of the Kubernetes API, and READ ONLY
transactions. What cannot be read is reported as not checked.

  --database ID        the Aurora cluster or RDS instance, by its identifier
  --cluster NAME       the EKS cluster
  --region NAME        their region (default: that of the environment)
  --live WHERE         the database's catalogs: env (PGHOST, PGUSER, PGPASSWORD, …, as for psql),
                       postgresql://USER@HOST:PORT/DATABASE; preferably as the master.
                       mysql://USER@HOST:PORT, with the password in MYSQL_PASSWORD
                       sandbox: the database and the cluster that a stack has there
  --stack NAME         compare with the names and identities in this stack's config
  --config-file PATH   read the stack's config from this file instead
  --seconds N          count new sessions for this long (default: 10)
  --json               print one JSON object

The exit code is 1 when something must be changed.`;

const MOST_SECONDS = 600;

export async function doctor(args: string[]): Promise<number> {
    const text = { type: "string" } as const;
    const options = readOptions(args, USAGE, {
        database: text,
        cluster: text,
        region: text,
        live: text,
        stack: text,
        "config-file": text,
        seconds: { type: "string", default: "10" },
        json: { type: "boolean", default: false },
    });
    if (options === undefined) {
        return 0;
    }
    const { database, cluster, region, live } = options;
    if (database === undefined && cluster === undefined && live === undefined) {
        throw new UserError(shown`nothing to check: pass --database, --cluster or --live\n\n${USAGE}`);
    }
    const seconds = Number(options.seconds);
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MOST_SECONDS) {
        throw new UserError(
            `--seconds ${JSON.stringify(options.seconds)} is not allowed; allowed are integers from 1 to ${MOST_SECONDS}`,
        );
    }
    const { stack = "local", "config-file": file } = options;
    if (live === "sandbox" && (database !== undefined || cluster !== undefined || region !== undefined)) {
        throw new UserError(
            "--live sandbox reads the stack's own database and cluster; remove --database, --cluster and --region",
        );
    }
    const wanted = live === "sandbox" ? unknown("the stack is deployed there, so its names exist") : wantedOf(options);
    const facts =
        live === "sandbox"
            ? await fromSandbox().sandboxFacts({ stack, "config-file": file }, seconds)
            : await realFacts({ database, cluster, region, live, roles: await rolesIn(wanted) }, seconds);
    const findings = diagnose({ ...facts, now: new Date(), wanted });
    print(options.json ? json({ findings }) : renderFindings(findings));
    return findings.some(({ state }) => state === "change") ? 1 : 0;
}

interface Subject {
    readonly database: string | undefined;
    readonly cluster: string | undefined;
    readonly region: string | undefined;
    readonly live: string | undefined;
    readonly roles: Known<readonly string[]>;
}

function rolesIn(wanted: Facts["wanted"]): Promise<Known<readonly string[]>> {
    return attemptWith(wanted, "the stack's names", ({ iamRoles }) => Promise.resolve(iamRoles));
}

async function realFacts(
    { live: where, ...subject }: Subject,
    seconds: number,
): Promise<Omit<Facts, "now" | "wanted">> {
    // First: a wrong name or password is the user's to correct.
    const live = await databaseFacts(where, seconds);
    const aws = await readAws(subject);
    return { ...live, aws, kubernetes: await readKubernetes(aws.cluster) };
}

/** Where the config comes from that names are compared with. */
interface Choice {
    readonly stack?: string | undefined;
    readonly "config-file"?: string | undefined;
}

/** What the stack's config would create. @throws UserError, SettingsError */
export function wantedOf(choice: Choice): Facts["wanted"] {
    const { stack = "local", "config-file": file } = choice;
    if (choice.stack === undefined && file === undefined) {
        return unknown("--stack is not given");
    }
    const config = readStackFile(stackFileOf({ stack, "config-file": file }));
    const settings = parseSettings(ofProject(config));
    const { access, platform } = settings;
    if (access === undefined) {
        return known({ roles: [], databases: [], schemas: [], namespaces: [], iamRoles: [], identities: new Set() });
    }
    const own = typeof platform === "string" ? undefined : platform.database.databaseName;
    const tenants = access.tenants.filter(({ retire }) => retire === undefined);
    return known({
        ...(engineOf(settings) === "mysql" ? inMysql(tenants) : inPostgres(access, tenants, own)),
        namespaces: [...new Set(tenants.flatMap((tenant) => ("namespace" in tenant ? tenant.namespace : [])))],
        iamRoles:
            databaseRoleOf(settings) === undefined
                ? []
                : tenants
                      .filter(({ identity }) => identity === "podIdentity")
                      .map(({ name }) => targetRoleName(`keyless-${name}`, choice.stack ?? stackIn(file) ?? stack)),
        identities: new Set(tenants.map(({ identity }) => identity)),
    });
}

type InDatabase = Pick<Wanted, "roles" | "databases" | "schemas">;
type Tenants = AccessSettings["tenants"];

function inMysql(tenants: Tenants): InDatabase {
    const names = tenants.map(({ name }) => mysqlNames(name));
    return {
        roles: names.map(({ login }) => login),
        databases: names.map(({ database }) => database),
        schemas: [],
    };
}

/** @param own the platform's database, if the stack has it */
function inPostgres(access: AccessSettings, tenants: Tenants, own: string | undefined): InDatabase {
    const databases = access.databases.map(({ name }) => name);
    const roles = [
        ...(own === undefined ? databases : [own, ...databases]).map(connectGroup),
        ...tenants.flatMap(rolesOf),
        ...access.profiles.flatMap(({ name, holders }) => [
            name,
            ...holders.flatMap(({ iamRole, user }) => (iamRole === undefined ? [] : (user ?? []))),
        ]),
        ...access.people.map(({ user }) => user),
    ];
    const schemas = tenants
        .filter(({ adopt, model }) => !adopt.includes("schema") && model !== "existing")
        .map((tenant) => {
            const { database = own } = tenant;
            return { ...(database !== undefined && { database }), name: namesOf(tenant).schema };
        });
    return { roles: [...new Set(roles)], databases, schemas };
}

/** The stack whose file it is by name: https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/ */
function stackIn(file: string | undefined): string | undefined {
    return /^Pulumi\.(.+)\.ya?ml$/.exec(basename(file ?? ""))?.[1];
}

/** The roles that a tenant does not adopt. */
function rolesOf(tenant: Tenants[number]): readonly string[] {
    const { owner, login } = namesOf(tenant);
    const owned = tenant.model === "existing" || tenant.adopt.includes("owner");
    return [...(owned ? [] : [owner]), ...(tenant.adopt.includes("login") ? [] : [login])];
}
