import assert from "node:assert/strict";

import { consequencesOf, disrupts } from "../../../access/consequences/consequences";
import { operationsBetween, worst } from "../../../access/consequences/versions";
import { TYPES } from "../../../access/consequences/types";
import { renderMarkdown } from "../../../access/render/markdown";
import { reportOf } from "../../../access/render/report";
import { renderText } from "../../../access/render/text";
import type { Operation } from "../../../access/resources/operations";
import { readResources } from "../../../access/resources/read";
import inventories from "../../integration/exampleStacks.json";
import { resourcesOf, urn } from "../support/resources";
import type { Sketch } from "../support/resources";
import { modelOf } from "../support/summary";

const PROXY = "aws:rds/proxy:Proxy";
const CLUSTER = "aws:rds/cluster:Cluster";
const SUBNET = "aws:ec2/subnet:Subnet";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

interface Step {
    readonly op: string;
    readonly type: string;
    readonly name: string;
    readonly replaceReasons?: readonly string[];
    readonly detailedDiff?: object;
    readonly retainOnDelete?: boolean;
    readonly custom?: boolean;
}

/** What a preview with these steps does. */
function operationsOf(steps: readonly Step[]): readonly Operation[] {
    const document = {
        changeSummary: {},
        steps: steps.map(({ op, type, name, retainOnDelete, custom = true, ...step }) => {
            const state = { urn: urn(type, name), type, custom, inputs: {}, retainOnDelete };
            return { op, urn: state.urn, oldState: state, newState: state, ...step };
        }),
    };
    return readResources(document).operations ?? [];
}

/** The consequences of a preview with these steps, as lines. */
function consequenceLines(...steps: readonly Step[]): readonly string[] {
    return lines(operationsOf(steps));
}

function lines(operations: readonly Operation[]): readonly string[] {
    return consequencesOf(operations).map(
        ({ effect, operation, properties, resources }) =>
            `${effect}: ${operation} ${properties.join(", ")}: ${resources.join(", ")}`,
    );
}

describe("what a change does to what runs", () => {
    it("is read from the preview's steps, worst first, alike resources together", () => {
        assert.deepEqual(
            consequenceLines(
                { op: "update", type: DEPLOYMENT, name: "shop", detailedDiff: { "spec.template.spec.nodeName": {} } },
                { op: "delete", type: "aws:iam/role:Role", name: "shop" },
                { op: "delete", type: "aws:iam/role:Role", name: "crm" },
                { op: "replace", type: PROXY, name: "main", replaceReasons: ["vpcSubnetIds"] },
                { op: "create-replacement", type: PROXY, name: "main", replaceReasons: ["vpcSubnetIds"] },
                { op: "delete-replaced", type: PROXY, name: "main" },
                { op: "delete", type: CLUSTER, name: "main" },
                { op: "replace", type: "other:index:Thing", name: "one", replaceReasons: ["name"] },
            ),
            [
                "data: deleted : aws:Cluster main",
                "outage: replaced vpcSubnetIds: aws:Proxy main",
                "permissions: deleted : aws:Role crm, aws:Role shop",
                "workloads: updated spec.template: kubernetes:Deployment shop",
                "other: replaced name: other:Thing one",
            ],
        );
    });

    it("is nothing where nothing runs differently", () => {
        assert.deepEqual(
            consequenceLines(
                { op: "same", type: CLUSTER, name: "main" },
                { op: "update", type: CLUSTER, name: "main", detailedDiff: { "tags.team": {} } },
                { op: "update", type: DEPLOYMENT, name: "shop", detailedDiff: { "spec.replicas": {} } },
                { op: "create", type: CLUSTER, name: "other" },
                { op: "delete", type: "pulumi:providers:aws", name: "old" },
                { op: "delete", type: "keyless:tenancy:Tenant", name: "shop", custom: false },
                { op: "delete", type: "aws:kms/key:Key", name: "kept", retainOnDelete: true },
            ),
            [],
        );
    });

    it("is computed for two versions that are not deployed, through the references of a replaced resource", () => {
        const version = (cidrBlock: string, backupDays: number, ...more: Sketch[]): Sketch[] => [
            { type: SUBNET, name: "a", id: "subnet-a", inputs: { cidrBlock, vpcId: "vpc-1" } },
            {
                type: PROXY,
                name: "main",
                id: "main",
                inputs: { name: "main", vpcSubnetIds: ["subnet-a"] },
                propertyDependencies: { vpcSubnetIds: [urn(SUBNET, "a")] },
            },
            { type: CLUSTER, name: "main", id: "main", inputs: { backupRetentionPeriod: backupDays } },
            ...more,
        ];
        const removed: Sketch = { type: "postgresql:index/schema:Schema", name: "crm", inputs: { name: "crm" } };
        const [before, after] = [version("10.0.0.0/24", 7, removed), version("10.0.1.0/24", 14)].map(resourcesOf);
        assert.deepEqual(lines(operationsBetween(before ?? [], after ?? [])), [
            "data: deleted : postgresql:Schema crm",
            "outage: replaced vpcSubnetIds: aws:Proxy main",
            "connections: replaced cidrBlock: aws:Subnet a",
        ]);
    });

    it("cannot be hidden by a preview that reports less than the comparison shows", () => {
        const [resource] = resourcesOf([{ type: CLUSTER, name: "main", inputs: {} }]);
        assert.ok(resource !== undefined);
        const operations = [
            { operation: "deleted", resource, properties: [] },
            { operation: "updated", resource, properties: ["tags"] },
        ] as const;
        assert.deepEqual(
            worst(operations).map(({ operation }) => operation),
            ["deleted"],
        );
    });

    it("needs an approval where data or connections are at stake, not where pods move", () => {
        const gate = (...steps: readonly Step[]): boolean => disrupts(consequencesOf(operationsOf(steps)));
        assert.equal(gate({ op: "delete", type: CLUSTER, name: "main" }), true);
        assert.equal(gate({ op: "replace", type: SUBNET, name: "a" }), true);
        assert.equal(gate({ op: "replace", type: DEPLOYMENT, name: "shop" }), false);
        assert.equal(gate({ op: "delete", type: "aws:iam/role:Role", name: "shop" }), false);
    });

    it("is a section of the report, and none without an effect", () => {
        const model = modelOf([]);
        const [resource] = resourcesOf([{ type: CLUSTER, name: "main", inputs: {} }]);
        assert.ok(resource !== undefined);
        const consequences = consequencesOf([{ operation: "replaced", resource, properties: ["engine"] }]);
        const report = reportOf(model, { title: "prod", consequences });
        assert.match(
            renderMarkdown(report),
            /\*\*What the change does to what runs\*\*\n\n- \*\*data would be lost\*\*: replaced &#40;engine&#41;: aws:Cluster main/,
        );
        assert.match(
            String(renderText(report)),
            /what the change does to what runs:\n {2}data would be lost: replaced \(engine\): aws:Cluster main/,
        );
        assert.doesNotMatch(renderMarkdown(reportOf(model, { title: "prod", consequences: [] })), /what runs/);
    });

    it("is known of every type that the example stacks create", () => {
        const created = new Set(Object.values(inventories).flatMap((inventory) => Object.keys(inventory)));
        const unknown = [...created].filter((type) => /^(aws|kubernetes|postgresql|mysql):/.test(type) && !TYPES[type]);
        assert.deepEqual(unknown.sort(), []);
    });
});
