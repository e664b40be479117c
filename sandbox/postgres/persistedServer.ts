import { randomBytes, X509Certificate } from "node:crypto";
import { join } from "node:path";

import { newPassword } from "../../bootstrap";
import { stateDir } from "../../toolkit/paths";
import type { Certificate } from "./authority";
import { makeOnce, readIfThere, writeWhole } from "../../toolkit/system/files";

/** What the stand-in cloud knows about a database, as far as its server needs it. */
export interface ClusterSpec {
    /** `cluster-…` for Aurora, `db-…` for an RDS instance. */
    readonly resourceId: string;
    /** Major version of Postgres. */
    readonly major: number;
    readonly masterUsername: string;
    /** Undefined: RDS manages it; the sandbox makes one and keeps it in the state folder. */
    readonly masterPassword?: string;
    readonly database?: string;
    /** Whether its log has what logical decoding needs; read at the start, as the parameter is static. */
    readonly logicalReplication?: boolean;
    /** The host names under which clients know it; they stand in the server's certificate. */
    readonly hosts: readonly string[];
}

/** A certificate is renewed when less than this is left of it. */
const RENEW_MS = 30 * 86_400_000;

/** What the state folder keeps about a database's server; its data may be elsewhere. */
export interface Kept {
    readonly dir: string;
    /** Held while the server is started, stopped or removed. */
    readonly lock: string;
    readonly certificate: string;
    readonly password: string;
    readonly breakGlassPassword: string;
    /** The statements that fill the server of an existing database; its master runs them once, before the bootstrap. */
    readonly existing: string;
    /** Is there when they have run. */
    readonly existingRan: string;
    readonly existingPassword: string;
    /** Is there when an existing database keeps its owner: the roles that its bootstrap lends the provisioner, in JSON. */
    readonly lentRoles: string;
    /** Is there when the server has all that a new one needs. */
    readonly made: string;
    /** Held while something is made in the server to try who may do what with it. */
    readonly proofLock: string;
    /** What that is. */
    readonly proofNote: string;
}

export function filesOf(resourceId: string): Kept {
    const dir = stateDir("databases", resourceId);
    const file = (name: string) => join(dir, name);
    return {
        dir,
        lock: stateDir("locks", resourceId),
        certificate: file("certificate.json"),
        password: file("master-password"),
        breakGlassPassword: file("break-glass-password"),
        existing: file("existing.sql"),
        existingRan: file("existing-ran"),
        existingPassword: file("existing-password"),
        lentRoles: file("lent-roles.json"),
        made: file("made"),
        proofLock: stateDir("locks", `${resourceId}-proof`),
        proofNote: file("proof.json"),
    };
}

interface KeptCertificate {
    readonly hosts: readonly string[];
    readonly identity: Certificate;
}

/** The certificate that the server shows; undefined when its names changed or its end is near. */
export function keptCertificate({ resourceId, hosts }: ClusterSpec): Certificate | undefined {
    const text = readIfThere(filesOf(resourceId).certificate);
    if (text === undefined) {
        return undefined;
    }
    const kept = JSON.parse(text) as KeptCertificate;
    const left = Date.parse(new X509Certificate(kept.identity.cert).validTo) - Date.now();
    return left > RENEW_MS && kept.hosts.join() === hosts.join() ? kept.identity : undefined;
}

/** Notes which certificate the server shows. */
export function keepCertificate({ resourceId, hosts }: ClusterSpec, identity: Certificate): void {
    const kept: KeptCertificate = { hosts, identity };
    writeWhole(filesOf(resourceId).certificate, JSON.stringify(kept));
}

/** As long as those that RDS makes for Secrets Manager. */
export function masterPassword(spec: ClusterSpec): string {
    return (
        spec.masterPassword ?? makeOnce(filesOf(spec.resourceId).password, () => randomBytes(21).toString("base64url"))
    );
}

/** On AWS, `keyless bootstrap` puts it into Secrets Manager. */
export function breakGlassPassword({ resourceId }: ClusterSpec): string {
    return makeOnce(filesOf(resourceId).breakGlassPassword, newPassword);
}

/** That password, if statements have filled the server. */
export function knownPassword({ resourceId }: Pick<ClusterSpec, "resourceId">): string | undefined {
    const { existingRan, existingPassword } = filesOf(resourceId);
    return readIfThere(existingRan) === undefined ? undefined : readIfThere(existingPassword);
}

/** The password that the statements of an existing database give its logins, as `current_setting('sandbox.password')`. */
export function existingPassword({ resourceId }: Pick<ClusterSpec, "resourceId">): string {
    return makeOnce(filesOf(resourceId).existingPassword, newPassword);
}
