import { randomBytes, randomUUID, webcrypto } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type * as X509 from "@peculiar/x509";

import { stateDir } from "../../toolkit/paths";
import { hasCode, readIfThere } from "../../toolkit/system/files";

/** A certificate and its private key, both PEM. */
export interface Certificate {
    readonly cert: string;
    readonly key: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** As long as RDS' own server certificates. */
const SERVER_DAYS = 365;
const CLIENT_DAYS = 365;

/**
 * The sandbox's certificate authority: signs the servers' certificates, which clients verify against {@link caFile} as
 * they would against RDS' bundle, and the client certificates that the servers take in place of RDS' PAM.
 */
export class Authority {
    private readonly clients = new Map<string, Promise<Certificate>>();
    private clientKeys: Promise<webcrypto.CryptoKeyPair> | undefined;

    private constructor(
        private readonly dir: string,
        private readonly cert: X509.X509Certificate,
        private readonly key: webcrypto.CryptoKey,
    ) {}

    /** The state folder's authority, made if there is none; all processes see the same one. */
    static async open(dir = stateDir("tls")): Promise<Authority> {
        if (readIfThere(join(dir, "ca.pem")) === undefined) {
            await makeAuthority(dir);
        }
        const x509 = await library();
        const pkcs8 = x509.PemConverter.decodeFirst(readFileSync(join(dir, "ca.key"), "utf8"));
        const key = await webcrypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]);
        return new Authority(dir, new x509.X509Certificate(readFileSync(join(dir, "ca.pem"), "utf8")), key);
    }

    /** PEM file of the authority's certificate. */
    get caFile(): string {
        return join(this.dir, "ca.pem");
    }

    /** The content of that file. */
    get certificate(): string {
        return this.cert.toString("pem");
    }

    /** A server's certificate for these host names, and for 127.0.0.1. */
    async server(commonName: string, hosts: readonly string[]): Promise<Certificate> {
        const x509 = await library();
        const names: X509.JsonGeneralNames = hosts.map((value) => ({ type: "dns", value }));
        return this.issue(await makeKeys(), commonName, SERVER_DAYS, [
            new x509.SubjectAlternativeNameExtension([...names, { type: "ip", value: "127.0.0.1" }]),
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        ]);
    }

    /** A certificate with which a server lets its bearer in as this database user; kept while this process lives. */
    client(user: string): Promise<Certificate> {
        let known = this.clients.get(user);
        if (known === undefined) {
            known = this.makeClient(user);
            this.clients.set(user, known);
        }
        return known;
    }

    private async makeClient(user: string): Promise<Certificate> {
        const x509 = await library();
        this.clientKeys ??= makeKeys();
        return this.issue(await this.clientKeys, user, CLIENT_DAYS, [
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        ]);
    }

    private async issue(
        keys: webcrypto.CryptoKeyPair,
        commonName: string,
        days: number,
        extensions: readonly X509.Extension[],
    ): Promise<Certificate> {
        const x509 = await library();
        const cert = await x509.X509CertificateGenerator.create({
            // As an object, not as text: a user's name may hold what has a meaning in a distinguished name.
            subject: new x509.Name([{ CN: [{ utf8String: commonName }] }]),
            issuer: this.cert.subjectName,
            publicKey: keys.publicKey,
            signingKey: this.key,
            extensions: [
                new x509.BasicConstraintsExtension(false, undefined, true),
                new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
                await x509.AuthorityKeyIdentifierExtension.create(this.cert),
                ...extensions,
            ],
            ...frame(days),
        });
        return { cert: cert.toString("pem"), key: await pemOf(keys.privateKey) };
    }
}

async function makeAuthority(dir: string): Promise<void> {
    const x509 = await library();
    const keys = await makeKeys();
    const cert = await x509.X509CertificateGenerator.createSelfSigned({
        name: "CN=Keyless sandbox CA",
        keys,
        extensions: [
            new x509.BasicConstraintsExtension(true, 0, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
            await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
        ...frame(AUTHORITY_DAYS),
    });
    // Key and certificate belong together, so the folder appears with both; the first of several processes wins.
    const draft = `${dir}.${randomUUID()}`;
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    try {
        writeFileSync(join(draft, "ca.key"), await pemOf(keys.privateKey), { mode: 0o600 });
        writeFileSync(join(draft, "ca.pem"), cert.toString("pem"));
        renameSync(draft, dir);
    } catch (error) {
        if (!hasCode(error, "ENOTEMPTY") && !hasCode(error, "EEXIST")) {
            throw error;
        }
    } finally {
        rmSync(draft, { recursive: true, force: true });
    }
}

/** What all certificates have: a number, a time (an hour's grace for clocks), and how they are signed. */
function frame(days: number): {
    serialNumber: string;
    notBefore: Date;
    notAfter: Date;
    signingAlgorithm: typeof ALGORITHM;
} {
    return {
        // Positive, whatever the first random bit.
        serialNumber: `01${randomBytes(15).toString("hex")}`,
        notBefore: new Date(Date.now() - 3_600_000),
        notAfter: new Date(Date.now() + days * DAY_MS),
        signingAlgorithm: ALGORITHM,
    };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
    return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
    const x509 = await library();
    return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

/** Loaded when first needed: it takes a fifth of a second. */
async function library(): Promise<typeof X509> {
    await import("reflect-metadata");
    return import("@peculiar/x509");
}
