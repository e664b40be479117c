import { randomBytes, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { appendJournal, readCheckpoint, settle } from "./checkpoints";
import type { JournalEntry } from "./deployment";
import { lockForEngine } from "./locks";

const ORGANIZATION = "organization";
const PROJECT = "keyless";

/** As much of a stack as the backend needs. */
interface JournaledStack {
    readonly name: string;
    readonly workspace: { envVars: Record<string, string> };
}

/**
 * Runs an engine with a backend that takes the journal of its steps instead of whole states. It speaks as much of Pulumi
 * Cloud's protocol as a run needs (https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/httpstate/client/api_endpoints.go),
 * on the loopback interface, with whoever has the token.
 *
 * @param stack the Automation API's stack, whose workspace's environment names that backend meanwhile
 * @param work runs the engine on it
 */
export async function withJournal<T>(
    backendDir: string,
    { name, workspace }: JournaledStack,
    work: () => Promise<T>,
): Promise<T> {
    const usual = workspace.envVars;
    const backend = new Backend(backendDir, name);
    const server = createServer((request, response) => {
        void backend
            .answer(request)
            .catch((error: unknown) => problem(500, String(error)))
            .then(({ status, body }) => {
                response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
            });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // The engine keeps the tokens of all its backends in a file. A killed run leaves it, and the next one removes it.
    const credentials = join(backendDir, "credentials", name);
    try {
        workspace.envVars = {
            ...usual,
            PULUMI_BACKEND_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            PULUMI_ACCESS_TOKEN: backend.token,
            PULUMI_CREDENTIALS_PATH: credentials,
        };
        return await work();
    } finally {
        workspace.envVars = usual;
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        rmSync(credentials, { recursive: true, force: true });
        backend.end();
    }
}

interface Answer {
    readonly status: number;
    readonly body: object;
}

const answer = (body: object): Answer => ({ status: 200, body });
const problem = (code: number, message: string): Answer => ({ status: code, body: { code, message } });

class Backend {
    readonly token = randomBytes(24).toString("base64url");
    private unlock: (() => void) | undefined;

    constructor(
        private readonly backendDir: string,
        private readonly stack: string,
    ) {}

    /** After the engine has ended, however it did. */
    end(): void {
        settle(this.backendDir, this.stack);
        this.unlock?.();
    }

    async answer(request: IncomingMessage): Promise<Answer> {
        const { method = "", url = "", headers } = request;
        const content = await contentOf(request);
        // A run has a token of its own.
        if (![`token ${this.token}`, `update-token ${this.token}`].includes(headers.authorization ?? "")) {
            return problem(401, "not signed in");
        }
        const path = new URL(url, "http://localhost").pathname;
        const [, organization = "", project = "", stack = "", rest = ""] =
            /^\/api\/stacks\/([^/]+)\/([^/]+)\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
        const known = organization === ORGANIZATION && project === PROJECT;
        return (
            this.general(`${method} ${path}`) ??
            (known ? this.ofAnyStack(`${method} ${rest}`, stack) : undefined) ??
            (known && stack === this.stack ? this.ofRun(method, rest, content) : undefined) ??
            problem(404, `Not Found: ${method} ${path}`)
        );
    }

    private general(request: string): Answer | undefined {
        switch (request) {
            case "GET /api/user":
                return answer({ githubLogin: ORGANIZATION, organizations: [{ githubLogin: ORGANIZATION }] });
            case "GET /api/user/organizations/default":
                return answer({ GitHubLogin: ORGANIZATION });
            case "GET /api/capabilities":
                return answer({ capabilities: [] });
            default:
                return undefined;
        }
    }

    /** A program also reads the outputs of other stacks. */
    private ofAnyStack(request: string, stack: string): Answer | undefined {
        if (!["GET ", "GET export"].includes(request)) {
            return undefined;
        }
        const state = readCheckpoint(this.backendDir, stack);
        if (state === undefined) {
            return undefined;
        }
        const { version, features, checkpoint } = state;
        return request === "GET export"
            ? answer({ version, features, deployment: checkpoint.latest })
            : answer({ id: stack, orgName: ORGANIZATION, projectName: PROJECT, stackName: stack, version: 1 });
    }

    private ofRun(method: string, path: string, content: () => unknown): Answer | undefined {
        const [, kind, action] = /^(update|preview|refresh|destroy)(?:\/[^/]+(.*))?$/.exec(path) ?? [];
        if (kind === undefined) {
            return undefined;
        }
        switch (`${method} ${action === undefined ? "new" : action}`) {
            case "POST new":
                return answer({ updateID: randomUUID() });
            case "POST ":
                this.unlock ??= lockForEngine(this.backendDir, this.stack);
                return answer({ version: 1, token: this.token, tokenExpiration: NEVER, journalVersion: 1 });
            case "PATCH /journalentries":
                appendJournal(this.backendDir, this.stack, (content() as { entries: readonly JournalEntry[] }).entries);
                return answer({});
            case "POST /renew_lease":
                return answer({ token: this.token, tokenExpiration: NEVER });
            // Whoever started the engine reads its events from the engine.
            case "POST /events/batch":
            case "POST /complete":
                return answer({});
            default:
                return undefined;
        }
    }
}

/** In seconds since 1970: the year 2100. */
const NEVER = 4_102_444_800;

/** Parses the content where it is needed: the events of a run are many. */
async function contentOf(request: IncomingMessage): Promise<() => unknown> {
    const parts: Buffer[] = [];
    for await (const part of request) {
        parts.push(part as Buffer);
    }
    return () => {
        const whole = Buffer.concat(parts);
        const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(whole) : whole;
        return JSON.parse(text.toString("utf8")) as unknown;
    };
}
