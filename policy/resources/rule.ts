import type {
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
} from "@pulumi/policy";
import { clip } from "../iam";
import { read, readStack } from "./resource";
import type { Arguments, Resource } from "./resource";

/** A violation, or what a rule cannot verify about a resource. */
export interface Finding {
    /** What is wrong, with a proof. */
    readonly fault: string;
    /** The smallest change that fixes it. */
    readonly fix: string;
    /** True if these resources neither prove the fault nor rule it out. */
    readonly unproven?: boolean;
    /**
     * True for advice: the resource complies, but only because of what the finding names. Never more than advisory.
     */
    readonly advice?: boolean;
    /** The resource that it is about; optional for a rule that checks one resource at a time. */
    readonly resource?: Resource;
}

/** Parameters that every rule has; a rule adds its own. */
export interface Settings {
    /** Names of resources that the rule skips; `*` matches any text. */
    readonly exempt?: readonly string[];
    /** Enforcement level of what cannot be verified. */
    readonly unproven?: "advisory" | "mandatory" | "disabled";
}

/** One rule of the pack; organisations set its `Parameters`. */
export interface Rule<Parameters extends Settings = Settings> {
    readonly name: string;
    /** One sentence that states the requirement. */
    readonly description: string;
    readonly severity: Severity;
    readonly remediation: string;
    readonly parameters: PolicyConfigSchema["properties"];
    /** The types that the rule reads; all others cost nothing. */
    readonly types: ReadonlySet<string>;
    /** Checks one resource before it is created, with what the engine has passed so far. */
    readonly judge?: (resource: Resource, parameters: Parameters, kept: Arguments) => readonly Finding[];
    /** Checks all resources of `types` together, at the end of a preview or an update. */
    readonly judgeStack?: (
        resources: readonly Resource[],
        parameters: Parameters,
        kept: Arguments,
    ) => readonly Finding[];
}

/** Schema of {@link Settings}. */
const common: PolicyConfigSchema["properties"] = {
    unproven: {
        enum: ["advisory", "mandatory", "disabled"],
        default: "advisory",
        description:
            "enforcement level of what cannot be verified: a value is not known yet, or a resource is not in this stack",
    },
    exempt: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "names of resources that the rule skips; * matches any text",
    },
};

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** Converts a rule to the engine's form; all rules of a pack share the arguments that they record during a run. */
export function toPolicy<Parameters extends Settings>(rule: Rule<Parameters>, kept: Arguments): Policy {
    return {
        name: rule.name,
        description: rule.description,
        enforcementLevel: "mandatory",
        severity: rule.severity,
        remediationSteps: rule.remediation,
        url: `docs/${rule.name}.md`,
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
            const findings = safely(() => judge(resource, parameters, kept));
            tell(
                findings.map((finding) => ({ resource, ...finding })),
                parameters,
                report,
            );
        }
    };
    const validateStack: StackValidationPolicy["validateStack"] = (args, report) => {
        const parameters = args.getConfig<Parameters>();
        const resources = readStack(args.resources, types, kept);
        tell(
            safely(() => judgeStack?.(resources, parameters, kept) ?? []),
            parameters,
            report,
        );
    };
    return { validateResource, ...(judgeStack !== undefined && { validateStack }) };
}

/**
 * The SDK also accepts a violation with its own message and enforcement level, which its types omit (server.js,
 * makeReportViolationFun, in the version that package.json pins).
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

/** A rule must never throw, because the engine would abort the whole run: reports an error as a finding. */
function safely(judge: () => readonly Finding[]): readonly Finding[] {
    try {
        return judge();
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return [
            {
                fault: `cannot be evaluated: ${clip(reason)}`,
                fix: "report this with the resource's arguments; until it is fixed, list the resource under exempt",
            },
        ];
    }
}

/** Compiles a pattern in which `*` matches any text. */
export function wildcard(text: string): RegExp {
    return new RegExp(`^${text.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replace(/\*+/g, ".*")}$`, "s");
}

/** Two lines: the resource with its fault, and the fix. */
function messageOf({ fault, fix, resource }: Finding): string {
    return `${resource === undefined ? "the stack" : resource.name}: ${fault}\n  fix: ${fix}`;
}
