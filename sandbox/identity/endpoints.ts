import type { World } from "./assume";
import { clustersOf } from "./clusters";
import { Refused } from "./error";
import { listen, respond } from "./http";
import type { HttpAnswer } from "./http";
import { publicKeys } from "./jwt";
import { answerLogs, LOGS_TARGET } from "./logs";
import { answerSecrets, SECRETS_TARGET } from "./secrets";
import { taskCredentials } from "./computeWorkloads";
import { podCredentials } from "./podIdentity";
import type { Credentials } from "./session";
import { answerSts } from "./sts";
import type { HttpRequest } from "./stsSignature";

/** The identity services of the stand-in cloud, on loopback. */
export interface IdentityServices {
    /** `http://127.0.0.1:port`; below it are the {@link PATHS}. */
    readonly url: string;
    readonly close: () => Promise<void>;
}

export const PATHS = {
    /**
     * The security token service, for `AWS_ENDPOINT_URL_STS`; at the root, as on AWS: the AWS SDK for Java drops the
     * path of an endpoint (https://github.com/aws/aws-sdk-java-v2/issues/3387).
     */
    sts: "/",
    /** CloudWatch Logs, for `AWS_ENDPOINT_URL_CLOUDWATCH_LOGS`; its requests name their operation in a header. */
    logs: "/",
    /** Secrets Manager, for `AWS_ENDPOINT_URL_SECRETS_MANAGER`, likewise. */
    secrets: "/",
    /** EKS Pod Identity's agent, for `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
    podIdentity: "/pod-identity/v1/credentials",
    /** The ECS agent, for the same variable. */
    ecs: "/ecs/v1/credentials",
    /** Not an AWS service: the loopback address of each database's host name. */
    names: "/names",
    /** Prefix of an issuer's host and path, in place of `https://`. */
    oidc: "/oidc/",
} as const;

const JSON_TYPE = "application/json";

/** Serves the identity services. They read the store on each request, so policy changes apply at once. */
export async function openIdentity(world: World, names: () => Promise<readonly object[]>): Promise<IdentityServices> {
    return listen((request) => {
        const path = request.url.split("?")[0] ?? "";
        if (path === PATHS.logs && request.headers["x-amz-target"]?.startsWith(LOGS_TARGET) === true) {
            return answerLogs(world, request);
        }
        if (path === PATHS.secrets && request.headers["x-amz-target"]?.startsWith(SECRETS_TARGET) === true) {
            return answerSecrets(world, request);
        }
        if (path === PATHS.sts) {
            const { status, body } = answerSts(world, request);
            return respond(status, "text/xml", body);
        }
        if (request.method !== "GET") {
            return respond(405, "text/plain", "");
        }
        if (path === PATHS.podIdentity) {
            return containerAnswer(request, (token) => podCredentials(world, token));
        }
        if (path === PATHS.ecs) {
            return containerAnswer(request, (token) => taskCredentials(world, token));
        }
        if (path === PATHS.names) {
            return names().then(
                (found) => respond(200, JSON_TYPE, JSON.stringify(found)),
                // The developer can fix it.
                (error: Error) => respond(503, "text/plain", error.message),
            );
        }
        return path.startsWith(PATHS.oidc)
            ? oidcAnswer(world, path.slice(PATHS.oidc.length))
            : respond(404, "text/plain", "");
    });
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
function containerAnswer({ headers }: HttpRequest, credentialsFor: (token: string) => Credentials): HttpAnswer {
    try {
        const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentialsFor(
            headers["authorization"] ?? "",
        );
        const body = {
            ...{ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken },
            Expiration: expiration.toISOString().replace(/\.\d+Z$/, "Z"),
        };
        return respond(200, JSON_TYPE, JSON.stringify(body));
    } catch (error) {
        if (!(error instanceof Refused)) {
            throw error;
        }
        return respond(error.status, JSON_TYPE, JSON.stringify({ code: error.code, message: error.message }));
    }
}

/** Discovery and keys: https://openid.net/specs/openid-connect-discovery-1_0.html */
function oidcAnswer({ store }: World, path: string): HttpAnswer {
    const [, place = "", page = ""] = /^(.*?)\/(\.well-known\/openid-configuration|keys)$/.exec(path) ?? [];
    const issuer = clustersOf(store).find((cluster) => cluster.issuer === `https://${place}`)?.issuer;
    if (issuer === undefined) {
        return respond(404, "text/plain", "");
    }
    const discovery = {
        issuer,
        jwks_uri: `${issuer}/keys`,
        authorization_endpoint: "urn:kubernetes:programmatic_authorization",
        response_types_supported: ["id_token"],
        subject_types_supported: ["public"],
        claims_supported: ["sub", "iss"],
        id_token_signing_alg_values_supported: ["RS256"],
    };
    return respond(200, JSON_TYPE, JSON.stringify(page === "keys" ? publicKeys(issuer) : discovery));
}
