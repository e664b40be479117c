import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessOf, readResources } from "../../access";
import { parseDocument, reach, documentKind, trust, visible } from "../../policy/iam";
import { exampleStacks, recordStack } from "../support/examples";
import type { Recorded } from "../support/mocks";
import { runProgram } from "../support/program";
import { deadlocks } from "../support/locks/deadlocks";
import { takesTags } from "../support/tags";

/** Every string in a resource that is a policy document, at any path. */
function documentsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return /^\s*\{.*"Statement"/s.test(value) ? [value] : [];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(documentsIn) : [];
}

function verdictOf(text: string): string {
    const found =
        documentKind(text) === "trust" ? trust(parseDocument(text, "trust")) : reach([parseDocument(text, "identity")]);
    return found.verdict === "exact" || found.verdict === "none"
        ? found.verdict
        : `${found.verdict}: ${visible(found.reason)}: ${text}`;
}

/** How many resources of each type each stack creates: `KEYLESS_WRITE=1 npx mocha --config .mocharc.integration.yml test/integration/exampleStacks.test.ts` updates the counts. */
const inventoryFile = join(__dirname, "exampleStacks.json");
const rewrite = process.env["KEYLESS_WRITE"] !== undefined;
const found: Record<string, Record<string, number>> = {};
const inventories = rewrite ? found : (JSON.parse(readFileSync(inventoryFile, "utf8")) as typeof found);

describe("the resources of all example stacks, recorded from mocks of AWS", () => {
    after(() => {
        if (rewrite) {
            const sorted = Object.entries(found).map(([name, counts]) => [
                name,
                Object.fromEntries(Object.entries(counts).sort()),
            ]);
            writeFileSync(inventoryFile, `${JSON.stringify(Object.fromEntries(sorted), undefined, 4)}\n`);
        }
    });

    for (const stack of exampleStacks) {
        it(`of ${stack.name} match the recorded inventory, and their IAM documents are exact or allow no connection`, async () => {
            const recording = await recordStack(stack);
            const judged = recording.resources.flatMap(({ type, name, inputs }: Recorded) =>
                documentsIn(inputs).map((text) => ({ resource: `${type} ${name}`, verdict: verdictOf(text) })),
            );
            found[stack.name] = recording.inventory();
            assert.deepEqual(found[stack.name], inventories[stack.name]);
            assert.deepEqual(
                judged.filter(({ verdict }) => verdict !== "exact" && verdict !== "none"),
                [],
            );
            assert.ok(judged.some(({ verdict }) => verdict === "exact"));
        });

        it(`of ${stack.name} are modelled in the access matrix${stack.name.endsWith("/mysql.yaml") ? ", but for MySQL's users" : ""}`, async () => {
            const { resources } = await recordStack(stack);
            const listed = resources.map(({ type, name, inputs }) => ({
                type,
                name,
                custom: !/^(?:keyless|eks|awsx):/.test(type),
                inputs: JSON.parse(JSON.stringify(inputs)) as unknown,
            }));
            const { unread } = accessOf(readResources(listed).after);
            // Only the engine gives policies the names and ARNs that attachments use, and a copy the ARN of its source.
            const kinds = [...new Set(unread.map(({ what }) => what))]
                .filter((what) => !what.startsWith("what ") && !what.endsWith("as a copy of another's data"))
                .sort();
            assert.deepEqual(
                kinds,
                stack.name.endsWith("/mysql.yaml")
                    ? [
                          "aws:rds:Cluster of an engine whose users are not read",
                          "mysql:Database",
                          "mysql:Grant",
                          "mysql:User",
                      ]
                    : [],
            );
        });

        it(`of ${stack.name} are ordered so that the postgresql provider's locks cannot deadlock`, async () => {
            assert.deepEqual(deadlocks((await recordStack(stack)).registered()), []);
        });

        it(`of ${stack.name} have tags wherever AWS supports them`, async () => {
            const { resources } = await recordStack(stack);
            const own = resources.filter(({ type }) => type.startsWith("aws:"));
            const untagged = own.filter(({ type, inputs }) => {
                const tags = inputs["tags"] as Record<string, string> | undefined;
                return takesTags(type) && (tags?.["project"] !== "keyless" || tags["stack"] !== "test");
            });
            assert.deepEqual(
                untagged.map(({ type, name }) => `${type} ${name}`),
                [],
            );
            assert.ok(own.length > 10);
        });
    }
});

/** All parts of a resource, as text. */
function textsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return [value];
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)])
        : [];
}

const everywhere = [
    "cloudtrail",
    "cloudwatch",
    "ecs-tasks",
    "eks",
    "lambda",
    "pods.eks",
    "rds",
    "scheduler",
    "vpc-flow-logs",
].map((service) => `${service}.amazonaws.com`);

/** One stack with nearly all features, and one whose database is in another account. */
function shown(): readonly Readonly<Record<string, string>>[] {
    const config = (name: string) =>
        exampleStacks.find((stack) => stack.name === `examples/stacks/${name}.yaml`)?.config ?? {};
    const group = (name: string, key: string) => JSON.parse(config(name)[key] ?? "{}") as Record<string, object>;
    const [key, access] = ["keyless:platform", "keyless:access"];
    const base = group("another-region", key);
    const platform = {
        ...base,
        bastion: true,
        network: { ...base["network"], endpoints: true, routedRanges: ["10.8.0.0/16"] },
        database: { ...base["database"], proxy: true },
    };
    const { developers, developerDays } = group("developers", access);
    const tenants = ["irsa", "podIdentity", "ec2", "ecs", "lambda"].map((identity) => ({
        name: identity.toLowerCase(),
        identity,
    }));
    return [
        {
            ...config("another-region"),
            [key]: JSON.stringify(platform),
            [access]: JSON.stringify({ developers, developerDays, tenants }),
            "keyless:alarms": config("alarms")["keyless:alarms"] ?? "",
        },
        config("cross-account"),
    ];
}

describe("the resources of example stacks in other partitions", () => {
    for (const { partition, region, other, services } of [
        {
            partition: "aws-cn",
            region: "cn-north-1",
            other: "cn-northwest-1",
            services: [
                "ec2.amazonaws.com.cn",
                "logs.cn-north-1.amazonaws.com.cn",
                "logs.cn-northwest-1.amazonaws.com.cn",
            ],
        },
        {
            partition: "aws-us-gov",
            region: "us-gov-west-1",
            other: "us-gov-east-1",
            services: ["ec2.amazonaws.com", "logs.us-gov-west-1.amazonaws.com", "logs.us-gov-east-1.amazonaws.com"],
        },
    ]) {
        it(`have ${partition} in every ARN, its services' names and its regions, and their IAM documents are exact`, async () => {
            const principals = new Set<string>();
            const [strange, wide]: [string[], string[]] = [[], []];
            const there = (text: string) =>
                text
                    .replaceAll("arn:aws:", `arn:${partition}:`)
                    .replaceAll("eu-central-1", region)
                    .replaceAll("eu-west-1", other);
            for (const config of shown()) {
                const moved = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, there(value)]));
                const { recording } = await runProgram({
                    config: { ...moved, "keyless:caBundle": "test/support/root.pem" },
                });
                for (const { type, name, inputs } of recording.resources) {
                    const named = textsIn(inputs).flatMap((text) =>
                        [...text.matchAll(/arn:(aws[a-z-]*):|\b(eu-(?:central|west)-1)\b/g)].map(([, ...groups]) =>
                            groups.join(""),
                        ),
                    );
                    strange.push(...named.filter((one) => one !== partition).map((one) => `${type} ${name}: ${one}`));
                    const documents = documentsIn(inputs);
                    wide.push(
                        ...documents.map(verdictOf).filter((verdict) => verdict !== "exact" && verdict !== "none"),
                    );
                    documents
                        .flatMap((text) => [...text.matchAll(/"Service":"([^"]+)"/g)])
                        .forEach(([, service = ""]) => principals.add(service));
                }
            }
            assert.deepEqual([strange, wide], [[], []]);
            assert.deepEqual([...principals].sort(), [...everywhere, ...services].sort());
        });
    }
});
