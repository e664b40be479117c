import { randomUUID } from "node:crypto";

import { OIDC_PROVIDER } from "../cloud/aws/tokens";
import { parseArn } from "../../toolkit/arn";
import { texts } from "../cloud/aws/values";
import { assumeAsCaller, assumeWithToken } from "./assume";
import type { Assumed, Assumption, World } from "./assume";
import type { Caller } from "./caller";
import { Refused } from "./error";
import { BadToken, ExpiredToken, verifyToken } from "./jwt";
import { findRole } from "./roles";
import { durationOf, list, needed, sessionNameOf, tagsOf } from "./stsParameters";
import { authenticate } from "./stsSignature";
import type { HttpRequest } from "./stsSignature";
import { element } from "./xml";
import type { Content } from "./xml";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION = "2011-06-15";

/** A response of STS. */
export interface Answer {
    readonly status: number;
    /** XML. */
    readonly body: string;
}

type Action = (world: World, parameters: URLSearchParams, request: HttpRequest) => Content;

/** The security token service's query protocol: https://docs.aws.amazon.com/STS/latest/APIReference/ */
export function answerSts(world: World, request: HttpRequest): Answer {
    const requestId = randomUUID();
    try {
        const parameters = new URLSearchParams(request.body);
        const name = parameters.get("Action") ?? "";
        const action = ACTIONS[name];
        if (action === undefined || parameters.get("Version") !== VERSION) {
            const version = parameters.get("Version") ?? "";
            throw new Refused(400, "InvalidAction", `Could not find operation ${name} for version ${version}`);
        }
        const content = {
            [`${name}Result`]: action(world, parameters, request),
            ResponseMetadata: { RequestId: requestId },
        };
        return { status: 200, body: element(`${name}Response`, content, NAMESPACE) };
    } catch (error) {
        const { status, code, message } = refusalOf(error);
        const content = {
            Error: { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message },
            RequestId: requestId,
        };
        return { status, body: element("ErrorResponse", content, NAMESPACE) };
    }
}

const ACTIONS: Readonly<Record<string, Action>> = {
    AssumeRoleWithWebIdentity: (world, parameters) => {
        const asked = { ...assumptionOf(parameters), ...session(world, parameters, undefined) };
        const { provider, claims } = proven(world, needed(parameters, "WebIdentityToken"), asked.roleArn);
        const issuer = provider.slice(provider.indexOf("/") + 1);
        const audience = claims.aud[0] ?? "";
        const context = { [`${issuer}:sub`]: claims.sub, [`${issuer}:aud`]: audience };
        return {
            SubjectFromWebIdentityToken: claims.sub,
            Audience: audience,
            Provider: provider,
            ...shown(assumeWithToken(world, provider, context, asked)),
        };
    },
    AssumeRole: (world, parameters, request) => {
        const caller = authenticate(world, request);
        const asked = { ...assumptionOf(parameters), ...session(world, parameters, caller), ...tagsOf(parameters) };
        const externalId = parameters.get("ExternalId");
        return shown(assumeAsCaller(world, caller, asked, externalId === null ? {} : { externalId }));
    },
    GetCallerIdentity: (world, _parameters, request) => {
        const { arn, userId, account } = authenticate(world, request);
        return { Arn: arn, UserId: userId, Account: account };
    },
};

function assumptionOf(parameters: URLSearchParams): Pick<Assumption, "roleArn" | "sessionName" | "policies"> {
    const roleArn = needed(parameters, "RoleArn");
    if (parseArn(roleArn)?.service !== "iam") {
        throw new Refused(400, "ValidationError", `${roleArn} is invalid`);
    }
    if (
        parameters.has("SerialNumber") ||
        parameters.has("SourceIdentity") ||
        list(parameters, "PolicyArns").length > 0
    ) {
        const what = "MFA, source identities and managed session policies";
        throw new Refused(400, "ValidationError", `the sandbox's STS does not support ${what}; omit them`);
    }
    const policy = parameters.get("Policy");
    return { roleArn, sessionName: sessionNameOf(parameters), policies: policy === null ? [] : [policy] };
}

function session({ store }: World, parameters: URLSearchParams, caller: Caller | undefined): { seconds: number } {
    const role = findRole(store, parameters.get("RoleArn") ?? "");
    return { seconds: durationOf(parameters, role?.maxSessionSeconds, caller?.session !== undefined) };
}

/** The provider in the role's account that issued the token, and the token's claims. */
function proven(
    { store, clock }: World,
    token: string,
    roleArn: string,
): { provider: string; claims: ReturnType<typeof verifyToken> } {
    const claims = verifyToken(token, store, clock());
    const { partition, account } = parseArn(roleArn) ?? { partition: "aws", account: "" };
    const issuer = claims.iss.replace(/^https:\/\//, "");
    const arn = `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
    const provider = store.get(OIDC_PROVIDER, arn, { account, region: `${partition}-global` });
    if (provider === undefined) {
        throw new Refused(
            400,
            "InvalidIdentityToken",
            `No OpenIDConnect provider found in your account for ${claims.iss}`,
        );
    }
    if (claims.aud.length !== 1 || !texts(provider.state, "clientIdLists").includes(claims.aud[0] ?? "")) {
        throw new Refused(400, "InvalidIdentityToken", "Incorrect token audience");
    }
    return { provider: arn, claims };
}

function shown({ credentials, arn, id }: Assumed): Record<string, Content> {
    return {
        Credentials: {
            AccessKeyId: credentials.accessKeyId,
            SecretAccessKey: credentials.secretAccessKey,
            SessionToken: credentials.sessionToken,
            Expiration: credentials.expiration.toISOString().replace(/\.\d+Z$/, "Z"),
        },
        AssumedRoleUser: { Arn: arn, AssumedRoleId: id },
    };
}

function refusalOf(error: unknown): Pick<Refused, "status" | "code" | "message"> {
    if (error instanceof Refused) {
        return error;
    }
    if (error instanceof BadToken || error instanceof ExpiredToken) {
        const code = error instanceof ExpiredToken ? "ExpiredTokenException" : "InvalidIdentityToken";
        return { status: 400, code, message: error.message };
    }
    return { status: 500, code: "InternalFailure", message: error instanceof Error ? error.message : String(error) };
}
