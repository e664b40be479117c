import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";

/** How many resources a run created, updated, deleted, replaced and left unchanged (in a preview: would). */
export type Changes = Record<"create" | "update" | "delete" | "replace" | "same", number>;

/** A mandatory rule that a resource violates. */
export interface Violation {
    /** The rule's name in the pack. */
    readonly rule: string;
    /** The resource's URN; empty for a rule about the whole stack. */
    readonly resource: string;
    readonly message: string;
}

/** A resource as the program declares it, and the operation on it. */
export interface PlannedResource {
    readonly urn: string;
    readonly type: string;
    /** Its name in the program. */
    readonly name: string;
    readonly op: OpType;
    /** A value that is unknown before the run is the engine's placeholder string. */
    readonly inputs: Record<string, unknown>;
}

/** The state of a run, built up event by event. */
export class RunLog {
    readonly changes: Changes = { create: 0, update: 0, delete: 0, replace: 0, same: 0 };
    readonly violations: Violation[] = [];
    /** Findings of advisory rules; they never fail a run. */
    readonly advice: string[] = [];
    /** Errors of the engine, the providers and the program, deduplicated. */
    readonly errors: string[] = [];
    /** Warnings from the program. */
    readonly warnings: string[] = [];
    readonly resources: PlannedResource[] = [];
    /** The stack's outputs, as far as they are known. */
    outputs: Record<string, unknown> = {};

    /** Processes one event; returns the progress to show, if that changed. */
    take(event: EngineEvent): string | undefined {
        this.takePolicy(event.policyEvent);
        this.takeDiagnostic(event.diagnosticEvent);
        for (const op of Object.keys(this.changes) as (keyof Changes)[]) {
            this.changes[op] = event.summaryEvent?.resourceChanges[op] ?? this.changes[op];
        }
        const stack = event.resOutputsEvent?.metadata;
        if (stack?.type === "pulumi:pulumi:Stack") {
            this.outputs = stack.new?.outputs ?? {};
        }
        return this.takeStep(event.resourcePreEvent?.metadata);
    }

    /** Number of resources that actually changed. */
    get changed(): number {
        return this.changes.create + this.changes.update + this.changes.delete + this.changes.replace;
    }

    private takePolicy(event: EngineEvent["policyEvent"]): void {
        if (event === undefined) {
            return;
        }
        const message = plain(event.message);
        const resource = event.resourceUrn ?? "";
        if (event.enforcementLevel === "mandatory") {
            this.violations.push({ rule: event.policyName, resource, message });
        } else {
            this.advice.push(`${event.policyName}: ${message} (${resource})`);
        }
    }

    private takeDiagnostic(event: EngineEvent["diagnosticEvent"]): void {
        if (event?.severity !== "error" && event?.severity !== "warning") {
            return;
        }
        const message = withoutForeignFrames(plain(event.message));
        if (CONSEQUENCE.test(message) || OWN_BUSINESS.test(message)) {
            return;
        }
        const subject = event.urn === undefined || event.urn === "" ? "" : `${shortName(event.urn)}: `;
        const list = event.severity === "error" ? this.errors : this.warnings;
        if (!list.includes(subject + message)) {
            list.push(subject + message);
        }
    }

    private takeStep(step: NonNullable<EngineEvent["resourcePreEvent"]>["metadata"] | undefined): string | undefined {
        if (step === undefined) {
            return undefined;
        }
        const name = nameOf(step.urn);
        this.resources.push({ urn: step.urn, type: step.type, name, op: step.op, inputs: step.new?.inputs ?? {} });
        return `${this.resources.length}: ${step.op} ${step.type} ${name}`;
    }
}

/** Follows the error that gives the reason. */
const CONSEQUENCE = /^\w+ failed$|resource monitor shut down/;

/** Warnings that the engine issues in every sandbox, of the plugins' origin. */
const OWN_BUSINESS = /^using pulumi-/;

/** The frames of a stack trace that are in the program. */
function withoutForeignFrames(message: string): string {
    return message.replace(/\n +at [^\n]*(node_modules|node:|sandbox)[^\n]*/g, "");
}

/** The name in the program: a URN's last part. */
function nameOf(urn: string): string {
    return urn.split("::").at(-1) ?? urn;
}

/** Type and name, without the parents. */
export function shortName(urn: string): string {
    const [type = "", name = urn] = urn.split("::").slice(-2);
    return `${type.split("$").at(-1)} ${name}`;
}

/** The engine encodes colours as `<{%fg 1%}>`. */
function plain(text: string): string {
    return text.replace(/<\{%.*?%\}>/g, "").trim();
}
