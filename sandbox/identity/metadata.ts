import { randomBytes } from "node:crypto";

import type { World } from "./assume";
import { Refused } from "./error";
import { listen, respond } from "./http";
import { workloadCredentials } from "./computeWorkloads";
import type { ComputeWorkload } from "./computeWorkloads";

/** An instance's metadata service, on its own port: on EC2, an instance reaches only its own. */
export interface Metadata {
    readonly url: string;
    readonly close: () => Promise<void>;
}

const MAX_TTL_SECONDS = 21_600;
const TTL = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN = "x-aws-ec2-metadata-token";
const CREDENTIALS = "/latest/meta-data/iam/security-credentials/";

/**
 * Serves only version 2 of the instance metadata service: a request without a token gets 401.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export async function serveMetadata(world: World, instance: ComputeWorkload, region: string): Promise<Metadata> {
    const tokens = new Map<string, number>();
    return listen(({ method, url, headers }) => {
        const now = world.clock().getTime();
        if (method === "PUT" && url === "/latest/api/token") {
            const seconds = Number(headers[TTL]);
            if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_TTL_SECONDS) {
                return respond(400, "text/plain", "");
            }
            const token = randomBytes(42).toString("base64url");
            tokens.set(token, now + seconds * 1000);
            return { ...respond(200, "text/plain", token), headers: { [TTL]: String(seconds) } };
        }
        if (method !== "GET" || !((tokens.get(headers[TOKEN] ?? "") ?? 0) > now)) {
            return respond(method === "GET" ? 401 : 405, "text/plain", "");
        }
        return answer(world, instance, region, url);
    });
}

function answer(world: World, instance: ComputeWorkload, region: string, url: string): ReturnType<typeof respond> {
    const { id, role } = instance;
    const plain: Readonly<Record<string, string>> = {
        [CREDENTIALS]: role.name,
        "/latest/meta-data/instance-id": id,
        "/latest/meta-data/placement/region": region,
        "/latest/dynamic/instance-identity/document": JSON.stringify({
            accountId: role.account,
            instanceId: id,
            region,
        }),
    };
    const known = plain[url];
    if (known !== undefined) {
        return respond(200, "text/plain", known);
    }
    if (url !== CREDENTIALS + role.name) {
        return respond(404, "text/plain", "");
    }
    const LastUpdated = world.clock().toISOString();
    try {
        const { accessKeyId, secretAccessKey, sessionToken, expiration } = workloadCredentials(world, instance, region);
        const body = {
            ...{ Code: "Success", LastUpdated, Type: "AWS-HMAC", AccessKeyId: accessKeyId },
            ...{ SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration: expiration.toISOString() },
        };
        return respond(200, "application/json", JSON.stringify(body));
    } catch (error) {
        if (!(error instanceof Refused)) {
            throw error;
        }
        const Message =
            "EC2 cannot assume the role. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html";
        return respond(
            200,
            "application/json",
            JSON.stringify({ Code: "AssumeRoleUnauthorizedAccess", Message, LastUpdated }),
        );
    }
}
