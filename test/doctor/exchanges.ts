import { listen, respond } from "../../sandbox/identity/http";

/** A request to AWS, as far as it decides about the response. */
export interface Asked {
    readonly service: string;
    readonly method: string;
    readonly url: string;
    readonly body: string;
}

/** A request and its response, as they were on the wire. */
export interface Exchange extends Asked {
    readonly status: number;
    readonly type: string;
    readonly answer: string;
}

type Respond = Parameters<typeof listen>[0];

/** Serves AWS' APIs on loopback, and directs the SDK to it. */
export async function serveAws(
    answer: (asked: Asked, headers: Headers) => Promise<Exchange>,
): Promise<{ close(): Promise<void> }> {
    const handle: Respond = async ({ method, url, headers, body }) => {
        // The credential's scope names the service: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
        const [, service = ""] = /\/([\w-]+)\/aws4_request/.exec(headers["authorization"] ?? "") ?? [];
        const sent = new Headers();
        for (const name of ["authorization", "content-type", "x-amz-date", "x-amz-content-sha256"]) {
            sent.set(name, headers[name] ?? "");
        }
        const { status, type, answer: text } = await answer({ service, method, url, body }, sent);
        return respond(status, type, text);
    };
    const server = await listen(handle);
    const own = {
        AWS_ENDPOINT_URL: server.url,
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY: "not-a-secret",
        AWS_MAX_ATTEMPTS: "1",
    };
    const before = Object.fromEntries(Object.keys(own).map((name) => [name, process.env[name]]));
    Object.assign(process.env, own);
    return {
        close: async () => {
            for (const [name, value] of Object.entries(before)) {
                if (value === undefined) {
                    delete process.env[name];
                } else {
                    process.env[name] = value;
                }
            }
            await server.close();
        },
    };
}

/** The IAM action of a request: the query protocol names it, EKS' paths mean it. */
export function actionOf({ service, method, url, body }: Asked): string {
    const named = new URLSearchParams(body).get("Action");
    if (named !== null) {
        return `${service}:${named}`;
    }
    const [, , more] =
        url
            .split("?")[0]
            ?.split("/")
            .filter((part) => part !== "") ?? [];
    return method !== "GET"
        ? `${service}:${method} ${url}`
        : more === "addons"
          ? "eks:DescribeAddon"
          : "eks:DescribeCluster";
}

export const same = (one: Asked, other: Asked): boolean =>
    one.service === other.service && one.method === other.method && one.url === other.url && one.body === other.body;
