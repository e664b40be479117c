import { Cloud } from "../cloud/aws/cloud";
import { SECRET } from "../cloud/aws/tokens";
import type { CloudObject } from "../cloud/store";
import { isRecord } from "../../toolkit/record";
import type { World } from "./assume";
import { Refused } from "./error";
import { respond, type HttpAnswer } from "./http";
import { authenticate, scopeOf, type HttpRequest } from "./stsSignature";

/** What the header `X-Amz-Target` begins with. */
export const SECRETS_TARGET = "secretsmanager.";

const TYPE = "application/x-amz-json-1.1";
const DAY_S = 86_400;

/**
 * Secrets Manager, as far as copies of a password need it: `DescribeSecret` and `DeleteSecret`, by ARN, with a recovery window.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html,
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
export function answerSecrets(world: World, request: HttpRequest): HttpAnswer {
    try {
        const action = request.headers["x-amz-target"]?.slice(SECRETS_TARGET.length) ?? "";
        const caller = authenticate(world, request, "secretsmanager");
        const [, , region = ""] = scopeOf(request);
        const { id, days } = parse(action, request.body);
        if (caller.decide({ action: `secretsmanager:${action}`, resource: id }) !== "allowed") {
            const message = `User: ${caller.arn} is not authorized to perform: secretsmanager:${action} on resource: ${id} because no identity-based policy allows the secretsmanager:${action} action`;
            throw new Refused(400, "AccessDeniedException", message);
        }
        const secret = new Cloud(world.store, region, caller.account).find(SECRET, id);
        if (secret === undefined) {
            const message = "Secrets Manager can't find the specified secret.";
            throw new Refused(400, "ResourceNotFoundException", message);
        }
        const body = days === undefined ? described(secret) : scheduled(world, secret, days);
        return respond(200, TYPE, JSON.stringify(body));
    } catch (error) {
        if (!(error instanceof Refused)) {
            throw error;
        }
        return respond(error.status, TYPE, JSON.stringify({ __type: error.code, message: error.message }));
    }
}

/** @returns days only for a deletion */
function parse(action: string, body: string): { readonly id: string; readonly days?: number } {
    const given: unknown = JSON.parse(body);
    const { SecretId: id, RecoveryWindowInDays: days, ...more } = isRecord(given) ? given : {};
    if (typeof id !== "string" || !id.startsWith("arn:") || Object.keys(more).length > 0) {
        const known = "SecretId, which must be an ARN, and RecoveryWindowInDays";
        throw new Refused(400, "InvalidParameterException", `the sandbox's Secrets Manager supports ${known}`);
    }
    if (action === "DescribeSecret" && days === undefined) {
        return { id };
    }
    if (action !== "DeleteSecret") {
        throw new Refused(400, "UnknownOperationException", `the sandbox's Secrets Manager has no such ${action}`);
    }
    if (typeof days !== "number" || !Number.isInteger(days) || days < 7 || days > 30) {
        const message = "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).";
        throw new Refused(400, "InvalidParameterException", message);
    }
    return { id, days };
}

function described({ id, state }: CloudObject): object {
    const { name, deletedDate, owningService, primaryRegion } = state;
    return {
        ...{ ARN: id, Name: name },
        ...(deletedDate !== undefined && { DeletedDate: deletedDate }),
        ...(owningService !== undefined && { OwningService: owningService }),
        ...(primaryRegion !== undefined && { PrimaryRegion: primaryRegion }),
    };
}

function scheduled(world: World, secret: CloudObject, days: number): object {
    if (secret.state["deletedDate"] !== undefined) {
        const message = "You can't perform this operation on the secret because it was already scheduled for deletion.";
        throw new Refused(400, "InvalidRequestException", message);
    }
    const deletedDate = Math.floor(world.clock().getTime() / 1000) + days * DAY_S;
    world.store.put({ ...secret, state: { ...secret.state, deletedDate } });
    return { ARN: secret.id, Name: secret.state["name"], DeletionDate: deletedDate };
}
