import { Signer } from "@aws-sdk/rds-signer";

import { writeCaBundle } from "../../components/tenancy/caBundle";
import { PROVISIONER } from "../../toolkit/serverNames";
import { UserError } from "../../toolkit/userError";
import { readUserFile } from "../../toolkit/system/userFile";
import { regionOf } from "../../toolkit/arn";

/** The server of a stack's tenants, with credentials. */
export interface Source {
    /** The database's host name, as in its certificate. */
    readonly host: string;
    /** The address to connect to, if not the host name. */
    readonly address?: string | undefined;
    readonly port: number;
    readonly user: string;
    /** Signs a token. Sessions begin with it within 15 minutes, and an export can take longer. */
    readonly token: () => Promise<string>;
    /** File of the certificate authorities to trust. */
    readonly caFile: string;
}

/** A tenant in a stack's outputs. */
export interface ExportedTenant {
    readonly name: string;
    readonly database: string;
    readonly schema: string;
    /** All schemas, if it names existing ones. */
    readonly schemas?: readonly string[] | undefined;
    /** The role that owns the schema. */
    readonly owner: string;
    /** Absent for a retired tenant. */
    readonly login?: string | undefined;
}

/** The required outputs (index.ts). */
export interface Outputs {
    readonly engine: string;
    readonly endpoint: string;
    readonly port: number;
    readonly clusterArn: string;
    readonly tenants: readonly ExportedTenant[];
}

/**
 * The tenant of that name.
 *
 * @throws UserError that lists the tenants
 */
export function tenantIn(outputs: Readonly<Record<string, unknown>>, stack: string, name: string): ExportedTenant {
    const { engine, tenants = [] } = outputs as unknown as Partial<Outputs>;
    if (engine === "mysql") {
        throw new UserError(`the stack ${stack} uses MySQL; export supports only PostgreSQL, so use mysqldump`);
    }
    const found = tenants.find((tenant) => tenant.name === name);
    if (found === undefined) {
        const known = tenants.map((tenant) => tenant.name).join(", ");
        throw new UserError(
            `the stack ${stack} has no tenant ${JSON.stringify(name)}; it has ${known === "" ? "none" : known}`,
        );
    }
    const { schemas = [found.schema] } = found;
    if (schemas.length > 1) {
        throw new UserError(
            `the tenant ${JSON.stringify(name)} has the schemas ${schemas.join(", ")}; export writes a single one, so use pg_dump with a --schema for each`,
        );
    }
    return found;
}

/**
 * The source for a server on AWS, with the caller's AWS credentials.
 *
 * @param options.localPort the port of a tunnel on this machine
 * @param options.caBundle file of other certificate authorities than those of Amazon RDS
 * @throws UserError when the file cannot be read, and from `token` when no token can be signed
 */
export function awsSource(
    outputs: Readonly<Record<string, unknown>>,
    options: { readonly localPort?: number | undefined; readonly caBundle?: string | undefined },
): Source {
    const { endpoint: host, port, clusterArn } = outputs as unknown as Outputs;
    const caFile = options.caBundle ?? writeCaBundle();
    readUserFile(caFile);
    const way = options.localPort === undefined ? { port } : { address: "127.0.0.1", port: options.localPort };
    const signer = new Signer({ hostname: host, port, username: PROVISIONER, region: regionOf(clusterArn) });
    const token = async (): Promise<string> => {
        try {
            return await signer.getAuthToken();
        } catch (error) {
            throw new UserError(
                `can't sign a token for ${PROVISIONER}: ${error instanceof Error ? error.message : String(error)}; use AWS credentials that allow rds-db:connect on that user`,
            );
        }
    };
    return { host, ...way, user: PROVISIONER, token, caFile };
}
