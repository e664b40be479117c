import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { HttpRequest } from "./stsSignature";

/** A response to an HTTP request. */
export interface HttpAnswer {
    readonly status: number;
    readonly type: string;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
}

/** Maximum size of a request body; session policies and tags fit. */
const MAX_BYTES = 65_536;
const SLOW_MS = 10_000;

export function respond(status: number, type: string, body: string): HttpAnswer {
    return { status, type, body };
}

type Answering = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

/** An HTTP server that listens nowhere yet. A handler's error becomes a 500 without a reason. */
export function httpServer(answer: Answering): Server {
    return createServer({ requestTimeout: SLOW_MS, headersTimeout: SLOW_MS }, (incoming, outgoing) => {
        void (async () => {
            try {
                const body = await bodyOf(incoming);
                const given =
                    body === undefined ? respond(413, "text/plain", "") : await answer(requestOf(incoming, body));
                const { status, type, headers } = given;
                outgoing.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", ...headers });
                outgoing.end(given.body);
            } catch {
                outgoing.writeHead(500);
                outgoing.end();
            }
        })();
    });
}

/** Serves HTTP on a free loopback port. */
export async function listen(answer: Answering): Promise<{ url: string; close(): Promise<void> }> {
    const server = httpServer(answer);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: async () => {
            server.close();
            server.closeAllConnections();
            await once(server, "close");
        },
    };
}

function requestOf({ method = "", url = "", headers }: IncomingMessage, body: string): HttpRequest {
    const single = Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(",") : value,
    ]);
    return { method, url, headers: Object.fromEntries(single) as HttpRequest["headers"], body };
}

async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of incoming as AsyncIterable<Buffer>) {
        size += part.length;
        if (size > MAX_BYTES) {
            return undefined;
        }
        parts.push(part);
    }
    return Buffer.concat(parts).toString("utf8");
}
