import { type ChildProcess, spawn } from "node:child_process";
import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { ApiEndpoint } from "../../../toolkit/kubernetesApi";
import { freePort } from "../../../toolkit/system/freePort";
import { UserError } from "../../../toolkit/userError";
import type { ApiObject, Creates } from "./objects";
import { securityGroupPolicies } from "./securityGroupPolicies";

const START_MS = 120_000;
const POLL_MS = 250;

/** The issuer of a server's service account tokens. */
export interface Issuer {
    /** The `iss` claim, with `https://`. */
    readonly url: string;
    /** The advertised URL of the public keys. */
    readonly keysUrl: string;
    /** Private key, PEM. */
    readonly key: string;
}

/** A temporary kube-apiserver with its etcd, on loopback and in its own folder. */
export class ApiServerProcess implements Creates {
    private constructor(
        private readonly dir: string,
        private readonly port: number,
        private readonly token: string,
        private readonly processes: readonly ChildProcess[],
    ) {}

    /** @throws UserError when the executables are not named, or do not start */
    static async start(
        { KUBE_APISERVER: apiServer, ETCD: etcd }: NodeJS.ProcessEnv,
        issuer = ownIssuer(),
    ): Promise<ApiServerProcess> {
        if (apiServer === undefined || etcd === undefined) {
            throw new UserError(
                "set KUBE_APISERVER and ETCD to the executables of kube-apiserver and etcd (see docs/conformance.md)",
            );
        }
        const dir = mkdtempSync(join(tmpdir(), "keyless-apiserver-"));
        const [port, client, peer] = await Promise.all([freePort(), freePort(), freePort()]);
        const token = randomBytes(24).toString("hex");
        writeFileSync(join(dir, "sa.key"), issuer.key, { mode: 0o600 });
        writeFileSync(join(dir, "sa.pub"), createPublicKey(issuer.key).export({ type: "spki", format: "pem" }));
        // RBAC gives the second nothing.
        const tokens = [`${token},admin,1,"system:masters"`, `${token}-none,nobody,2`, ""];
        writeFileSync(join(dir, "tokens.csv"), tokens.join("\n"), { mode: 0o600 });
        const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
        const run = (command: string, args: string[]) =>
            spawn(command, args, { stdio: "ignore" }).on("error", () => undefined);
        const processes = [
            run(etcd, [
                "--data-dir",
                join(dir, "etcd"),
                "--listen-client-urls",
                clientUrl,
                "--advertise-client-urls",
                clientUrl,
                "--listen-peer-urls",
                peerUrl,
            ]),
            run(apiServer, [
                ...[
                    `--etcd-servers=${clientUrl}`,
                    `--secure-port=${port}`,
                    "--bind-address=127.0.0.1",
                    `--cert-dir=${join(dir, "certs")}`,
                ],
                ...[
                    `--service-account-key-file=${join(dir, "sa.pub")}`,
                    `--service-account-signing-key-file=${join(dir, "sa.key")}`,
                ],
                ...[
                    `--service-account-issuer=${issuer.url}`,
                    `--service-account-jwks-uri=${issuer.keysUrl}`,
                    `--token-auth-file=${join(dir, "tokens.csv")}`,
                ],
                ...["--authorization-mode=RBAC", "--service-cluster-ip-range=172.20.0.0/16"],
            ]),
        ];
        const server = new ApiServerProcess(dir, port, token, processes);
        try {
            await server.ready();
            await server.create(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                securityGroupPolicies as unknown as ApiObject,
                false,
            );
            await server.served("/apis/vpcresources.k8s.aws/v1beta1/securitygrouppolicies");
            return server;
        } catch (error) {
            await server.stop();
            throw error;
        }
    }

    /**
     * Where and as whom a client of its own asks.
     *
     * @param who the administrator, a user without any right, or nobody that the server knows
     */
    client(who: "admin" | "none" | "unknown"): { readonly endpoint: ApiEndpoint; readonly token: string } {
        const authority = readFileSync(join(this.dir, "certs", "apiserver.crt"), "utf8");
        const token = { admin: this.token, none: `${this.token}-none`, unknown: "unknown" }[who];
        return { endpoint: { endpoint: `https://127.0.0.1:${this.port}`, authority }, token };
    }

    /** The server's JSON response. @throws on an error status */
    async ask<T>(method: "GET" | "POST", path: string, object?: object): Promise<T> {
        const { status, body } = await this.send(method, path, object);
        if (status >= 300) {
            throw new Error(`${method} ${path}: ${status} ${body}`);
        }
        return JSON.parse(body) as T;
    }

    async create(path: string, object: ApiObject, dryRun: boolean): Promise<string | undefined> {
        const { status, body } = await this.send(
            "POST",
            `${path}?fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`,
            object,
        );
        const alreadyThere = status === 409 && !dryRun;
        return status < 300 || alreadyThere ? undefined : String((JSON.parse(body) as { message?: string }).message);
    }

    /**
     * Server-side apply, as a Patch resource of Pulumi's provider sends it.
     *
     * https://kubernetes.io/docs/reference/using-api/server-side-apply/
     */
    async apply(
        path: string,
        object: object,
        manager: string,
    ): Promise<{ readonly status: number; readonly body: unknown }> {
        const { status, body } = await this.send(
            "PATCH",
            `${path}?fieldManager=${manager}&force=false`,
            object,
            "application/apply-patch+yaml",
        );
        return { status, body: JSON.parse(body) };
    }

    async stop(): Promise<void> {
        for (const process of this.processes) {
            if (process.exitCode === null && process.pid !== undefined) {
                const ended = new Promise((resolve) => process.once("exit", resolve));
                process.kill("SIGKILL");
                await ended;
            }
        }
        rmSync(this.dir, { recursive: true, force: true });
    }

    private ready(): Promise<void> {
        return this.served("/readyz");
    }

    /** Waits until the server answers a path, such as that of a new kind. */
    async served(path: string): Promise<void> {
        const end = Date.now() + START_MS;
        while ((await this.send("GET", path).catch(() => undefined))?.status !== 200) {
            if (Date.now() > end) {
                throw new UserError(`the API server does not answer ${path} within ${START_MS / 1000} s`);
            }
            await pause(POLL_MS);
        }
    }

    private send(
        method: string,
        path: string,
        object?: object,
        type = "application/json",
    ): Promise<{ readonly status: number; readonly body: string }> {
        const headers = { authorization: `Bearer ${this.token}`, "content-type": type };
        return new Promise((resolve, reject) => {
            // The server signs its own certificate at startup; trust the copy in its folder.
            const ca = readFileSync(join(this.dir, "certs", "apiserver.crt"));
            const sent = request({ host: "127.0.0.1", port: this.port, method, path, headers, ca }, (response) => {
                let body = "";
                response.setEncoding("utf8").on("data", (piece: string) => (body += piece));
                response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
            });
            sent.on("error", reject);
            sent.end(object === undefined ? undefined : JSON.stringify(object));
        });
    }
}

/** A new key, and the default issuer name of clusters. */
function ownIssuer(): Issuer {
    const url = "https://kubernetes.default.svc";
    const { privateKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    return { url, keysUrl: `${url}/openid/v1/jwks`, key: privateKey };
}
