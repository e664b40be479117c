import { once } from "node:events";
import { request } from "node:https";
import { connect } from "node:tls";

import { dial } from "./dial";

/** Where a cluster's API is. */
export interface ApiEndpoint {
    /** `https://…` */
    readonly endpoint: string;
    /** Its certificate authority, in PEM. */
    readonly authority: string;
    /**
     * The SOCKS5 proxy to it.
     * @default - the one in `ALL_PROXY`, if set
     */
    readonly proxyUrl?: string | undefined;
}

export interface ApiRequest {
    readonly method: "GET" | "DELETE";
    readonly path: string;
    /** @default - JSON of the whole object */
    readonly accept?: string | undefined;
    readonly body?: object | undefined;
}

export interface ApiAnswer {
    readonly status: number;
    readonly body: unknown;
}

/** Sends one request to a cluster's API. */
export type KubernetesApi = (request: ApiRequest) => Promise<ApiAnswer>;

const TIMEOUT_S = 15;

/** A cluster's API with a bearer token, which only a server gets that the cluster's authority vouches for. */
export function kubernetesApi(
    { endpoint, authority, proxyUrl }: ApiEndpoint,
    token: string,
    timeout = TIMEOUT_S,
): KubernetesApi {
    const { hostname, port } = new URL(endpoint);
    const environment = proxyUrl === undefined ? process.env : { ALL_PROXY: proxyUrl };
    return async ({ method, path, accept = "application/json", body }) => {
        const place = { host: hostname, port: Number(port || 443), connectTimeout: timeout };
        const socket = connect({
            socket: await dial(place, environment),
            ca: authority,
            ...(/^[\d.]+$/.test(hostname) ? { host: hostname } : { servername: hostname }),
        });
        // A request reports the errors of its connection; those before and after it are this function's.
        socket.on("error", () => undefined);
        socket.setTimeout(timeout * 1000, () => socket.destroy(new Error(`no answer within ${timeout} s`)));
        await once(socket, "secureConnect");
        const sent = body === undefined ? "" : JSON.stringify(body);
        const headers = {
            ...{ Authorization: `Bearer ${token}`, Accept: accept, Host: hostname },
            ...(body !== undefined && {
                "Content-Type": "application/json",
                "Content-Length": Buffer.byteLength(sent),
            }),
        };
        const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
            const asked = request({ method, path, headers, createConnection: () => socket }, (response) => {
                const parts: Buffer[] = [];
                response.on("data", (part: Buffer) => parts.push(part)).on("error", reject);
                response.on("end", () =>
                    resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") }),
                );
            });
            asked.on("error", reject).end(sent);
        }).finally(() => socket.destroy());
        return { status: answer.status, body: parsed(answer.text) };
    };
}

/** What answers in place of the API may not be JSON. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}
