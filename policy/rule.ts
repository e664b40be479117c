import type {
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
} from "@pulumi/policy";
import { clip } from "./iam";
import { read, readStack } from "./resource";
import type { Arguments, Resource } from "./resource";

/** What a rule has to say about a resource. */
export interface Finding {
    /** What is wrong, with what proves it. */
    readonly fault: string;
    /** The smallest change that mends it. */
    readonly fix: string;
    /** True when it cannot be known from these resources: not a fault, and no clean bill either. */
    readonly unproven?: boolean;
    /**
     * True for advice: what the rule asks for holds, though only by what the finding names. Never more than advisory.
     */
    readonly advice?: boolean;
    /** The resource it is about; a rule that was given one resource need not say so. */
    readonly resource?: Resource;
}

/** What an organisation may set for every rule; a rule adds parameters of its own. */
export interface Settings {
    /** Names of resources that the rule passes over, `*` for any text. */
    readonly exempt?: readonly string[];
    /** How much it matters that something can't be judged yet. */
    readonly unproven?: "advisory" | "mandatory" | "disabled";
}

/** One rule of the pack; `Parameters` are what an organisation may set. */
export interface Rule<Parameters extends Settings = Settings> {
    readonly name: string;
    /** One sentence that says what must hold. */
    readonly description: string;
    readonly severity: Severity;
    readonly remediation: string;
    readonly parameters: PolicyConfigSchema["properties"];
    /** The types that `judge` looks at; all others cost nothing. */
    readonly types: ReadonlySet<string>;
    /** Judges one resource before it is created. */
    readonly judge?: (resource: Resource, parameters: Parameters) => readonly Finding[];
    /** Judges what only shows in all resources together, of `types`, at the end of a preview or an update. */
    readonly judgeStack?: (resources: readonly Resource[], parameters: Parameters) => readonly Finding[];
}

/** The parameters that every rule has. */
const common: PolicyConfigSchema["properties"] = {
    unproven: {
        enum: ["advisory", "mandatory", "disabled"],
        default: "advisory",
        description:
            "how much it matters that something cannot be judged: a value is not known yet, or a resource is not of this stack",
    },
    exempt: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "names of resources that the rule passes over; * stands for any text",
    },
};

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** Makes of a rule what the engine runs; all rules of a pack share what they keep of a run. */
export function toPolicy<Parameters extends Settings>(rule: Rule<Parameters>, kept: Arguments): Policy {
    return {
        name: rule.name,
        description: rule.description,
        enforcementLevel: "mandatory",
        severity: rule.severity,
        remediationSteps: rule.remediation,
        url: `docs/policy/${rule.name}.md`,
        tags: ["keyless"],
        configSchema: { properties: { ...common, ...rule.parameters } },
        ...runners(rule, kept),
    };
}

type Runners = Pick<ResourceValidationPolicy, "validateResource"> &
    Partial<Pick<StackValidationPolicy, "validateStack">>;

function runners<Parameters extends Settings>(
    { judge, judgeStack, types }: Rule<Parameters>,
    kept: Arguments,
): Runners {
    const validateResource: Runners["validateResource"] = (args, report) => {
        if (!types.has(args.type)) {
            return;
        }
        if (judgeStack !== undefined) {
            kept.keep(args);
        }
        if (judge !== undefined) {
            const resource = read(args);
            const parameters = args.getConfig<Parameters>();
            const findings = safely(() => judge(resource, parameters));
            tell(
                findings.map((finding) => ({ resource, ...finding })),
                parameters,
                report,
            );
        }
    };
    const validateStack: StackValidationPolicy["validateStack"] = (args, report) => {
        const parameters = args.getConfig<Parameters>();
        const resources = readStack(
            args.resources.filter((one) => types.has(one.type)),
            kept,
        );
        tell(
            safely(() => judgeStack?.(resources, parameters) ?? []),
            parameters,
            report,
        );
    };
    return { validateResource, ...(judgeStack !== undefined && { validateStack }) };
}

/**
 * What the SDK takes besides a text, though its types don't say so (server.js, makeReportViolationFun, of the version
 * that package.json pins): a violation with a message and a level of its own.
 */
type Report = (violation: {
    message: string;
    urn: string | undefined;
    enforcementLevel: EnforcementLevel | undefined;
}) => void;

function tell(findings: readonly Finding[], { exempt, unproven }: Settings, report: ReportViolation): void {
    for (const finding of findings) {
        const { resource } = finding;
        const skipped = resource !== undefined && (exempt ?? []).some((name) => wildcard(name).test(resource.name));
        const level =
            finding.advice === true ? "advisory" : finding.unproven === true ? (unproven ?? "advisory") : undefined;
        if (!skipped && level !== "disabled") {
            (report as unknown as Report)({ message: messageOf(finding), urn: resource?.urn, enforcementLevel: level });
        }
    }
}

/** A rule must never throw: the engine would give up the whole run. What goes wrong in it is a finding of its own. */
function safely(judge: () => readonly Finding[]): readonly Finding[] {
    try {
        return judge();
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return [
            {
                fault: `can't be judged: ${clip(reason)}`,
                fix: "report this with the resource's arguments; until then name it under exempt",
            },
        ];
    }
}

/** A text in which `*` stands for any text, as an expression. */
export function wildcard(text: string): RegExp {
    return new RegExp(`^${text.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replace(/\*+/g, ".*")}$`, "s");
}

/** Two lines: what is wrong with which resource, and what to change. */
function messageOf({ fault, fix, resource }: Finding): string {
    return `${resource === undefined ? "the stack" : resource.name}: ${fault}\n  fix: ${fix}`;
}
