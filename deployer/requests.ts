import type { Call, Row } from "./calls/row";
import { asked, existing, hasTagKeys, keysOf, type Context } from "./conditionKeys";
import { tagsIn, type Subject, type Tags } from "./subject";
import { arnsOf } from "./template";

/** One request to AWS, as IAM sees it. */
export interface Request {
    readonly action: string;
    readonly resource: string;
    /** Condition keys. */
    readonly context: Context;
}

/** When calls are made: `created` means as soon as the resource exists. */
export type Phase = "create" | "created" | "read" | "update" | "delete";

/** The requests of a phase, and in an update those that its changed properties require; by default, those of any change. */
export function requestsOf(row: Row, phase: Phase, subject: Subject, changed?: readonly string[]): readonly Request[] {
    return [
        ...tagging(row, phase, subject, changed),
        ...callsOf(row, phase, changed).flatMap((call, index) => {
            // Without tags, what is created belongs to another resource: a route, a policy of a role.
            const creates = phase === "create" && index === 0 && row.adopts !== true && row.tags !== undefined;
            return requestsOfCall(row, call, subject, creates);
        }),
    ];
}

/** The requests of a data source. */
export function requestsOfCalls(calls: readonly Call[], subject: Subject): readonly Request[] {
    const row = { source: "", self: [], create: [], read: [], update: [], delete: [] };
    return calls.flatMap((call) => requestsOfCall(row, call, subject, false));
}

function callsOf(row: Row, phase: Phase, changed: readonly string[] | undefined): readonly Call[] {
    if (phase !== "update") {
        return phase === "created" ? (row.then ?? []) : row[phase];
    }
    return row.update.filter(([, , only]) => {
        const names = only?.changed?.split(" ");
        return changed === undefined || changed.some((name) => names?.includes(name) ?? !isTags(name));
    });
}

function isTags(property: string): boolean {
    return property === "tags" || property === "tagsAll";
}

/** A resource's tags are added when it is created and, with the actions to add and to remove them, when they change. */
function tagging(row: Row, phase: Phase, subject: Subject, changed: readonly string[] | undefined): readonly Request[] {
    const tags = tagsIn(subject.properties);
    if (row.tags === undefined || tags === undefined) {
        return [];
    }
    if (phase === "create") {
        const [add] = row.tags;
        const [creating = ""] = row.create[0]?.[0].split(" ") ?? [];
        const creation: Tags =
            add === "ec2:CreateTags" && row.adopts !== true ? { "ec2:CreateAction": lastOf(creating) } : {};
        return selfOf(row, subject).map((resource) => ({
            action: add,
            resource,
            context: hasTagKeys(add) ? { ...creation, ...asked(tags) } : {},
        }));
    }
    if (phase === "update" && (changed === undefined || changed.some(isTags))) {
        return [...new Set(row.tags)].flatMap((action) =>
            selfOf(row, subject).map((resource) => ({
                action,
                resource,
                context: hasTagKeys(action) ? existing(subject.tagsOf(resource) ?? tags) : {},
            })),
        );
    }
    return [];
}

function requestsOfCall(
    row: Row,
    [actions, on = "self", only = {}]: Call,
    subject: Subject,
    creates: boolean,
): readonly Request[] {
    if (only.given !== undefined && !isGiven(subject.properties[only.given])) {
        return [];
    }
    const targets = [on].flat().flatMap((target) => resolved(row, target, subject, creates));
    return actions.split(" ").flatMap((action) =>
        targets.map(({ resource, context }) => ({
            action,
            resource,
            context: { ...(hasTagKeys(action) ? context : {}), ...keysOf(action, resource, only, subject) },
        })),
    );
}

interface Target {
    readonly resource: string;
    readonly context: Context;
}

function resolved(row: Row, target: string, subject: Subject, creates: boolean): readonly Target[] {
    const tags = creates ? asked(tagsIn(subject.properties) ?? {}) : {};
    if (target === "*") {
        return [{ resource: "*", context: tags }];
    }
    if (target === "self" && creates) {
        return selfOf(row, subject).map((resource) => ({ resource, context: tags }));
    }
    const unseen = target.startsWith("~");
    const arns = target === "self" ? selfOf(row, subject) : arnsOf(unseen ? target.slice(1) : target, subject);
    return arns.map((resource) => ({
        resource,
        context: unseen
            ? {}
            : existing(
                  subject.tagsOf(resource.replace(/\*$/, "")) ??
                      (target === "self" ? tagsIn(subject.properties) : undefined) ??
                      {},
              ),
    }));
}

/** The resource's ARN; before it has an id, the pattern that AWS checks creation on. */
function selfOf(row: Row, subject: Subject): readonly string[] {
    const { id } = subject;
    const templates = [row.self].flat();
    const inexact = { ...subject, id: id ?? "*" };
    const found = templates.map((template) => arnsOf(template, inexact)).find((arns) => arns.length > 0);
    // A name that the provider generates while it creates the resource: `create.WithDefaultPrefix("tf-")` in rds/cluster_instance.go.
    const unnamed = templates.flatMap((template) =>
        arnsOf(template.replace("{identifier}", "tf-*").replace("{name}", "terraform-*"), inexact),
    );
    return found ?? unnamed.slice(0, 1);
}

function isGiven(value: unknown): boolean {
    return (
        value !== undefined &&
        value !== null &&
        value !== false &&
        value !== "" &&
        !(Array.isArray(value) && value.length === 0)
    );
}

function lastOf(action: string): string {
    return action.slice(action.indexOf(":") + 1);
}
