import type {
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
} from "@pulumi/policy";
import { clip } from "./iam";
import { plain } from "./plain";

/** A resource as a rule sees it: plain values, with {@link UNKNOWN} wherever one is not known yet. */
export interface Resource {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    /** Its arguments; for a rule over the whole stack its outputs. */
    readonly props: Readonly<Record<string, unknown>>;
    /** The arguments of its provider. */
    readonly provider: Readonly<Record<string, unknown>>;
    /** For a rule over the whole stack: the resources that each argument was made from. */
    readonly sources: Readonly<Record<string, readonly Resource[]>>;
}

/** What a rule has to say about a resource. */
export interface Finding {
    /** What is wrong, with what proves it. */
    readonly fault: string;
    /** The smallest change that mends it. */
    readonly fix: string;
    /** True when it can't be judged before something exists: not a fault yet, and no clean bill either. */
    readonly unproven?: boolean;
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
        description: "how much it matters that something can't be judged before a value is known",
    },
    exempt: { type: "array", items: { type: "string" }, default: [], description: "names of resources that the rule passes over; * stands for any text" },
};

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** Makes of a rule what the engine runs. */
export function toPolicy<Parameters extends Settings>(rule: Rule<Parameters>): Policy {
    return {
        name: rule.name,
        description: rule.description,
        enforcementLevel: "mandatory",
        severity: rule.severity,
        remediationSteps: rule.remediation,
        url: `docs/policy/${rule.name}.md`,
        tags: ["keyless"],
        configSchema: { properties: { ...common, ...rule.parameters } },
        ...runners(rule),
    };
}

type Runners = Pick<ResourceValidationPolicy, "validateResource"> & Partial<Pick<StackValidationPolicy, "validateStack">>;

function runners<Parameters extends Settings>(rule: Rule<Parameters>): Runners {
    const { judge, judgeStack, types } = rule;
    return {
        ...(judge !== undefined && {
            validateResource: (args, report) => {
                if (types.has(args.type)) {
                    const resource = read(args);
                    const parameters = args.getConfig<Parameters>();
                    tell(
                        safely(() => judge(resource, parameters)).map((finding) => ({ resource, ...finding })),
                        parameters,
                        report,
                    );
                }
            },
        }),
        ...(judgeStack !== undefined && {
            validateStack: (args, report) => {
                const parameters = args.getConfig<Parameters>();
                const resources = readStack(args.resources.filter((one) => types.has(one.type)));
                tell(
                    safely(() => judgeStack(resources, parameters)),
                    parameters,
                    report,
                );
            },
        }),
    };
}

/**
 * What the SDK takes besides a text, though its types don't say so (server.js, makeReportViolationFun, of the version that
 * package.json pins): a violation with a message and a level of its own.
 */
type Report = (violation: { message: string; urn: string | undefined; enforcementLevel: EnforcementLevel | undefined }) => void;

function tell(findings: readonly Finding[], { exempt, unproven }: Settings, report: ReportViolation): void {
    const unprovenLevel = unproven ?? "advisory";
    for (const finding of findings) {
        const { resource } = finding;
        const skipped = resource !== undefined && (exempt ?? []).some((name) => wildcard(name).test(resource.name));
        if (!skipped && !(finding.unproven === true && unprovenLevel === "disabled")) {
            const enforcementLevel = finding.unproven === true ? unprovenLevel : undefined;
            (report as unknown as Report)({ message: messageOf(finding), urn: resource?.urn, enforcementLevel });
        }
    }
}

/** The part of a resource that the engine hands over in both cases. */
interface Given {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly props: unknown;
    readonly provider?: { readonly props: unknown };
}

function read(given: Given): Resource {
    const { type, name, urn } = given;
    return { type, name, urn, props: record(plain(given.props)), provider: record(plain(given.provider?.props)), sources: {} };
}

interface GivenInStack extends Given {
    readonly propertyDependencies: Record<string, readonly GivenInStack[]>;
}

/** Reads resources and, one step away, those that their arguments were made from. */
function readStack(given: readonly GivenInStack[]): Resource[] {
    const made = new Map<string, Resource>();
    const bare = (one: GivenInStack): Resource => {
        const known = made.get(one.urn) ?? read(one);
        made.set(one.urn, known);
        return known;
    };
    return given.map((one) => {
        const sources = Object.entries(one.propertyDependencies).map(([property, urns]) => [property, urns.map(bare)] as const);
        return { ...bare(one), sources: Object.fromEntries(sources) };
    });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null ? { ...value } : {};
}

/** A rule must never throw: the engine would give up the whole run. What goes wrong in it is a finding of its own. */
function safely(judge: () => readonly Finding[]): readonly Finding[] {
    try {
        return judge();
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return [{ fault: `can't be judged: ${clip(reason)}`, fix: "report this with the resource's arguments; until then name it under exempt" }];
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
