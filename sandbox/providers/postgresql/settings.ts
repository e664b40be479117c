import { readFileSync } from "node:fs";
import { ProviderError } from "../protocol/types";
import type { Props, Value } from "../../cloud/props";
import type { Failure } from "../protocol/types";

/** A provider instance's configuration, with the official provider's defaults (its provider.go). */
export interface ProviderSettings {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly username: string;
    readonly password: string;
    /** The connected user's name inside the server, if a user name map changes it. */
    readonly databaseUsername: string;
    /** Whether the user can read passwords. */
    readonly superuser: boolean;
    readonly sslMode: string;
    readonly rootCertificate?: string;
    readonly clientCertificate?: { readonly certificate: string; readonly key: string };
    /** In seconds; 0 waits indefinitely. */
    readonly connectTimeout: number;
    /** Per database; 0 is unlimited. */
    readonly maxConnections: number;
    /** The server's major version; queried if absent. */
    readonly expectedVersion?: number;
    readonly iam?: { readonly region?: string; /** The role to assume first. */ readonly roleArn?: string };
}

/** The configuration keys that the SDKs send as JSON strings. */
export const jsonConfig = [
    "awsRdsIamAuth",
    "azureIdentityAuth",
    "clientcert",
    "connectTimeout",
    "maxConnections",
    "port",
    "superuser",
];

const sslModes = ["disable", "require", "verify-ca", "verify-full"];
const otherClouds = ["awsRdsIamProfile", "azureIdentityAuth", "azureTenantId", "gcpIamImpersonateServiceAccount"];
const defaultExpectedVersion = "9.0.0";

/** All errors in a configuration, including options that the stand-in does not support. */
export function problems(config: Props): Failure[] {
    const failures: Failure[] = [];
    const fail = (property: string, reason: string): void => void failures.push({ property, reason });
    for (const key of otherClouds) {
        if (config[key] !== undefined && config[key] !== "" && config[key] !== false) {
            fail(
                key,
                `the sandbox's stand-in for postgresql does not support ${key}: omit it, or install the official plugin`,
            );
        }
    }
    if ((config["scheme"] ?? "postgres") !== "postgres") {
        fail(
            "scheme",
            `the sandbox's stand-in for postgresql only supports the scheme "postgres", not ${show(config["scheme"])}`,
        );
    }
    const sslMode = config["sslmode"] ?? config["sslMode"];
    if (typeof sslMode === "string" && sslMode !== "" && !sslModes.includes(sslMode)) {
        fail("sslmode", `is ${show(sslMode)}; the sandbox's stand-in for postgresql supports ${sslModes.join(", ")}`);
    }
    for (const [key, least] of [
        ["port", 1],
        ["connectTimeout", -1],
        ["maxConnections", -1],
    ] as const) {
        const value = config[key];
        if (typeof value === "symbol" || value === undefined) {
            continue;
        }
        if (!Number.isInteger(value) || Number(value) < least) {
            fail(key, `is ${show(value)}; must be a whole number of at least ${least}`);
        }
    }
    for (const key of ["superuser", "awsRdsIamAuth"]) {
        const value = config[key];
        if (typeof value !== "symbol" && value !== undefined && typeof value !== "boolean") {
            fail(key, `is ${show(value)}; must be true or false`);
        }
    }
    return failures;
}

/**
 * @param environment where the official provider finds values missing from the configuration
 * @throws ProviderError that lists all errors, or names a certificate that cannot be read
 */
export function settingsOf(config: Props, environment: NodeJS.ProcessEnv): ProviderSettings {
    const failures = problems(config);
    if (failures.length > 0) {
        throw new ProviderError(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    }
    const text = (key: string, variable?: string, otherwise = ""): string =>
        textOf(config[key]) || (variable === undefined ? "" : (environment[variable] ?? "")) || otherwise;
    const whole = (key: string, variable: string | undefined, otherwise: number): number =>
        Number(config[key] ?? (variable === undefined ? undefined : environment[variable]) ?? otherwise);
    const expected = text("expectedVersion", undefined, defaultExpectedVersion);
    const username = text("username", "PGUSER", "postgres");
    return {
        host: text("host", "PGHOST"),
        port: whole("port", "PGPORT", 5432),
        database: text("database", "PGDATABASE", "postgres"),
        username,
        password: text("password", "PGPASSWORD"),
        databaseUsername: text("databaseUsername", undefined, username),
        superuser: (config["superuser"] ?? environment["PGSUPERUSER"] !== "false") === true,
        sslMode: text("sslmode", "PGSSLMODE", textOf(config["sslMode"]) || "require"),
        ...certificates(text("sslrootcert"), config["clientcert"]),
        connectTimeout: whole("connectTimeout", "PGCONNECT_TIMEOUT", 180),
        maxConnections: whole("maxConnections", undefined, 20),
        ...(expected === defaultExpectedVersion ? {} : { expectedVersion: Number.parseInt(expected, 10) }),
        ...(config["awsRdsIamAuth"] === true
            ? {
                  iam: {
                      ...named("region", text("awsRdsIamRegion")),
                      ...named("roleArn", text("awsRdsIamProviderRoleArn")),
                  },
              }
            : {}),
    };
}

/** The value of that name, unless it is empty. */
function named<Name extends string>(name: Name, value: string): Partial<Record<Name, string>> {
    return value === "" ? {} : ({ [name]: value } as Record<Name, string>);
}

/** With `sslinline`, all three are PEM text, including the root certificate; otherwise file paths. */
function certificates(
    root: string,
    client: Value | undefined,
): Pick<ProviderSettings, "rootCertificate" | "clientCertificate"> {
    // The bridge turns the list of at most one into an object.
    const given = Array.isArray(client) ? client[0] : client;
    const own = typeof given === "object" && given !== null && !Array.isArray(given) ? given : undefined;
    const read = (property: string, value: string): string =>
        own?.["sslinline"] === true ? value : pem(property, value);
    return {
        ...(root === "" ? {} : { rootCertificate: read("sslrootcert", root) }),
        ...(own === undefined
            ? {}
            : {
                  clientCertificate: {
                      certificate: read("clientcert.cert", textOf(own["cert"])),
                      key: read("clientcert.key", textOf(own["key"])),
                  },
              }),
    };
}

function pem(property: string, path: string): string {
    try {
        return readFileSync(path, "utf8");
    } catch (error) {
        throw new ProviderError(`${property}: cannot read ${path}: ${(error as Error).message}`);
    }
}

function textOf(value: Value | undefined): string {
    return typeof value === "string" ? value : "";
}

function show(value: Value | undefined): string {
    return JSON.stringify(value);
}
