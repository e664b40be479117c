import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";

/** How many resources a run created, updated, deleted, replaced and left alone (in a preview: would). */
export type Changes = Record<"create" | "update" | "delete" | "replace" | "same", number>;

/** A mandatory rule that a resource breaks. */
export interface Violation {
    /** The rule's name in the pack. */
    readonly rule: string;
    /** The resource's URN; empty for a rule about the whole stack. */
    readonly resource: string;
    readonly message: string;
}

/** A resource as the program declares it, and what becomes of it. */
export interface PlannedResource {
    readonly urn: string;
    readonly type: string;
    /** Its name in the program. */
    readonly name: string;
    readonly op: OpType;
    /** Values that are not known before the run are the string that the engine shows for them. */
    readonly inputs: Record<string, unknown>;
}

/** What a run has reported, event by event. */
export class RunLog {
    readonly changes: Changes = { create: 0, update: 0, delete: 0, replace: 0, same: 0 };
    readonly violations: Violation[] = [];
    /** What advisory rules say; nothing fails by it. */
    readonly advice: string[] = [];
    /** Errors of the engine, the providers and the program, without repetition. */
    readonly errors: string[] = [];
    /** What the program warns of. */
    readonly warnings: string[] = [];
    readonly resources: PlannedResource[] = [];
    /** The stack's outputs, as far as they are known. */
    outputs: Record<string, unknown> = {};

    /** Takes one event in; returns what to show as the current state of affairs, if that changed. */
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

    /** How many resources were really changed. */
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

/** Comes after the error that says why. */
const CONSEQUENCE = /^\w+ failed$|resource monitor shut down/;

/** What the engine warns of in every sandbox: where its plugins are from, and outputs that a stack does not have. */
const OWN_BUSINESS = /^using pulumi-|will not show as a stack output/;

/** Of a stack of calls, those that lie in the program. */
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

/** The engine marks colours as `<{%fg 1%}>`. */
function plain(text: string): string {
    return text.replace(/<\{%.*?%\}>/g, "").trim();
}
