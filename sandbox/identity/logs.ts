import { randomUUID } from "node:crypto";
import { DB_CLUSTER, DB_INSTANCE, LOG_GROUP } from "../cloud/aws/tokens";
import { Cloud } from "../cloud/aws/cloud";
import { foldersOf } from "../postgres/layout";
import { isRecord } from "../../toolkit/record";
import { readIfThere } from "../../toolkit/system/files";
import type { World } from "./assume";
import { Refused } from "./error";
import { respond, type HttpAnswer } from "./http";
import { authenticate, scopeOf, type HttpRequest } from "./stsSignature";

/** What the header `X-Amz-Target` begins with. */
export const LOGS_TARGET = "Logs_20140328.";

const TYPE = "application/x-amz-json-1.1";
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/API/API_FilterLogEvents.html */
const MOST = 10_000;

interface Entry {
    readonly timestamp: number;
    readonly message: string;
}

/**
 * CloudWatch Logs, as far as RDS exports a server's log to it: `FilterLogEvents` reads the log of the Postgres server,
 * which begins with its last start.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function answerLogs(world: World, request: HttpRequest): HttpAnswer {
    try {
        const action = request.headers["x-amz-target"]?.slice(LOGS_TARGET.length) ?? "";
        const caller = authenticate(world, request, "logs");
        const [, , region = ""] = scopeOf(request);
        if (action !== "FilterLogEvents") {
            throw new Refused(400, "UnknownOperationException", `the sandbox's CloudWatch Logs has no ${action}`);
        }
        const asked = parse(request.body);
        const cloud = new Cloud(world.store, region, caller.account);
        const resource = cloud.arn("logs", `log-group:${asked.group}:*`);
        if (caller.decide({ action: "logs:FilterLogEvents", resource }) !== "allowed") {
            const message = `User: ${caller.arn} is not authorized to perform: logs:FilterLogEvents on resource: ${resource} because no identity-based policy allows the logs:FilterLogEvents action`;
            throw new Refused(400, "AccessDeniedException", message);
        }
        return respond(200, TYPE, JSON.stringify(page(entriesOf(asked.group, cloud), asked)));
    } catch (error) {
        if (!(error instanceof Refused)) {
            throw error;
        }
        const body = { __type: error.code, message: error.message };
        return respond(error.status, TYPE, JSON.stringify(body));
    }
}

interface Asked {
    readonly group: string;
    readonly term: string;
    readonly from: number;
    readonly to: number;
    readonly start: number;
}

function parse(body: string): Asked {
    const given: unknown = JSON.parse(body);
    const { logGroupName, filterPattern, startTime, endTime, nextToken, ...more } = isRecord(given) ? given : {};
    const [, term] = /^"((?:[^"\\]|\\.)*)"$/.exec(String(filterPattern)) ?? [];
    if (term === undefined || typeof logGroupName !== "string" || Object.keys(more).length > 0) {
        const known = "logGroupName, filterPattern with one term in quotation marks, startTime, endTime, nextToken";
        throw new Refused(400, "InvalidParameterException", `the sandbox's CloudWatch Logs supports ${known}`);
    }
    return {
        group: logGroupName,
        term: term.replace(/\\(.)/g, "$1"),
        from: Number(startTime ?? 0),
        to: Number(endTime ?? Date.now()),
        start: Number(nextToken ?? 0),
    };
}

function page(entries: readonly Entry[], { term, from, to, start }: Asked) {
    const found = entries.filter(({ timestamp, message }) => {
        return timestamp >= from && timestamp <= to && message.includes(term);
    });
    const events = found.slice(start, start + MOST).map((entry) => ({ ...entry, eventId: randomUUID() }));
    const next = start + events.length;
    return { events, searchedLogStreams: [], ...(next < found.length && { nextToken: String(next) }) };
}

/** @throws Refused in the words of CloudWatch Logs where no such group exists */
function entriesOf(group: string, cloud: Cloud): readonly Entry[] {
    if (cloud.find(LOG_GROUP, group) === undefined) {
        throw new Refused(400, "ResourceNotFoundException", "The specified log group does not exist.");
    }
    const [, kind, name] = /^\/aws\/rds\/(cluster|instance)\/([^/]+)\/postgresql$/.exec(group) ?? [];
    const server = cloud
        .all(kind === "cluster" ? DB_CLUSTER : DB_INSTANCE)
        .find(({ id, state }) => id === name || state["identifier"] === name);
    const resourceId = server?.state[kind === "cluster" ? "clusterResourceId" : "resourceId"];
    const log = typeof resourceId === "string" ? readIfThere(foldersOf({ resourceId }).log) : undefined;
    return entriesIn(log ?? "");
}

/** An entry begins with its time; a line without one belongs to the entry before it. */
function entriesIn(log: string): readonly Entry[] {
    return log.split(/\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC:)/).flatMap((message) => {
        const timestamp = Date.parse(`${message.slice(0, 10)}T${message.slice(11, 19)}Z`);
        return Number.isNaN(timestamp) ? [] : [{ timestamp, message: message.trimEnd() }];
    });
}
