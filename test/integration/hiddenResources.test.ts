import assert from "node:assert/strict";
import { rules } from "../../policy/policies";
import type { Rule } from "../../policy/resources/rule";
import { judge, judgeRun } from "../policy/rules/harness";
import type { Made } from "../policy/rules/harness";
import { groupedBy } from "../../toolkit/grouped";
import { exampleStacks } from "../support/examples";
import { mutations } from "../support/hiding/mutations";
import { deployed, firstPreview, without, withDependencies } from "../support/hiding/stacks";

/** What the example stacks declare: a copy's network, and an address for some days. */
const config = { cidrs: ["10.20.0.0/17", "10.8.0.7/32"] };

/** The findings of rules that look at one resource at a time, by its arguments. */
const known = new WeakMap<object, Map<Rule, readonly string[]>>();

function findings(rule: Rule, stack: readonly Made[]): readonly string[] {
    if (rule.judgeStack !== undefined) {
        const { before, atTheEnd } = judgeRun(rule, stack, config);
        return [...before, ...atTheEnd];
    }
    return stack
        .filter(({ type }) => rule.types.has(type))
        .flatMap((one) => {
            const { inputs = one.props } = one;
            const of = known.get(inputs) ?? new Map<Rule, readonly string[]>();
            const found = of.get(rule) ?? judge(rule, { ...one, props: inputs }, config);
            known.set(inputs, of.set(rule, found));
            return found;
        });
}

const isFault = (finding: string): boolean => !finding.startsWith("[advisory]");
const concerns = (finding: string, { name }: Made): boolean => finding.includes(`] ${name}: `);

/** A stack that no rule refuses. */
const compliant = (stack: readonly Made[]): readonly Made[] =>
    stack.map((one) =>
        /^aws:rds\/(cluster|instance):/.test(one.type)
            ? {
                  ...one,
                  props: { ...one.props, deletionProtection: true },
                  inputs: { ...one.inputs, deletionProtection: true },
              }
            : one,
    );

/** The forms in which the engine passes a stack to the rules, and what is known of a resource of another stack. */
const forms = {
    "after an update": [(stack: readonly Made[]) => withDependencies(stack), "known"],
    "after an update, with unknown outputs of the hidden resource": [withDependencies, "unknown"],
    "at a first preview": [(stack: readonly Made[]) => firstPreview(stack, "unknown"), "unknown"],
    "at a first preview, with a provider that is not configured yet": [
        (stack: readonly Made[]) => firstPreview(stack, "missing"),
        "unknown",
    ],
} as const;

/** Stacks of different kinds, whose previews are tried as well. */
const previewed = ["Pulumi.dev.yaml", "examples/stacks/cross-account.yaml", "examples/stacks/rds-proxy.yaml"];

/** Unknown documents are reported by the rule about their users alone. */
const speaksFor: Readonly<Record<string, string>> = { "rds-db-arn": "rds-db-wildcard" };
const byName = new Map((rules as readonly Rule[]).map((rule) => [rule.name, rule]));
const speakers = (rule: Rule): readonly Rule[] => {
    const other = byName.get(speaksFor[rule.name] ?? "");
    return other === undefined ? [] : [other];
};

/**
 * Of each type that a rule reads, the first and the last resource, and whichever a finding names: a stack has a dozen subnets,
 * logins and grants that differ in their names alone. With KEYLESS_COUNT, all of them.
 */
function hideable(stack: readonly Made[], rule: Rule, found: readonly string[]): readonly Made[] {
    const read = stack.filter(({ type }) => rule.types.has(type));
    const byType = groupedBy(read, ({ type }) => type);
    return read.filter((one) => {
        const alike = byType.get(one.type) ?? [];
        const atAnEnd = one === alike.at(0) || one === alike.at(-1);
        return atAnEnd || process.env["KEYLESS_COUNT"] !== undefined || found.some((finding) => concerns(finding, one));
    });
}

const seen = { stacks: 0, hidden: 0, compared: 0 };

describe("a resource that another stack creates", () => {
    after(() => {
        if (process.env["KEYLESS_COUNT"] !== undefined) {
            process.stdout.write(`${JSON.stringify(seen)}\n`);
        }
    });

    for (const stack of exampleStacks) {
        it(`turns no finding about ${stack.name} into silence, and none of its resources into a fault`, async () => {
            const base = compliant(await deployed(stack));
            const problems: string[] = [];
            seen.stacks += 1;
            const tried = Object.entries(forms).slice(0, previewed.includes(stack.name) ? undefined : 1);
            for (const [form, [given, outputs]] of tried) {
                for (const rule of byName.values()) {
                    const before = given(base);
                    const clean = findings(rule, before);
                    problems.push(...clean.filter(isFault).map((one) => `${form}: ${rule.name} refuses ${one}`));
                    for (const hidden of hideable(before, rule, clean)) {
                        const rest = findings(rule, without(before, hidden, outputs));
                        seen.hidden += 1;
                        problems.push(
                            ...rest
                                .filter(isFault)
                                .map((one) => `${form}: without ${hidden.name}, ${rule.name} refuses ${one}`),
                        );
                    }
                    for (const { title, apply } of mutations.filter((one) => one.rule === rule.name)) {
                        const changed = apply(base);
                        if (changed === undefined) {
                            continue;
                        }
                        const broken = given(changed);
                        const all = (resources: readonly Made[]): readonly string[] =>
                            [rule, ...speakers(rule)].flatMap((one) => findings(one, resources));
                        const whole = findings(rule, broken).filter((one) => !clean.includes(one));
                        if (whole.length === 0 && all(broken).length === 0) {
                            problems.push(`${form}: ${rule.name} is silent about ${title}`);
                        }
                        for (const hidden of whole.length === 0 ? [] : hideable(broken, rule, whole)) {
                            const rest = all(without(broken, hidden, outputs));
                            const remains =
                                rest.some((one) => !clean.includes(one)) ||
                                (whole.every((one) => concerns(one, hidden)) && findings(rule, [hidden]).length > 0);
                            seen.compared += 1;
                            problems.push(
                                ...(remains
                                    ? []
                                    : [`${form}: without ${hidden.name}, ${rule.name} is silent about ${title}`]),
                            );
                        }
                    }
                }
            }
            assert.deepEqual(problems, []);
        });
    }
});
