import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { taggable } from "../../../components/tags/taggable";
import { tagEverything, withTags } from "../../../components/tags/tagEverything";
import { record, valueOf } from "../../support/mocks";
import { takesTags } from "../../support/tags";

describe("tags", () => {
    it("are added to every taggable resource, in addition to its own", async () => {
        const recording = await record(() => {
            tagEverything({ stack: "test", owner: "team" });
            new aws.kms.Key("key", { tags: { Name: "key", owner: "others" } });
            new aws.iam.RolePolicyAttachment("attachment", { role: "r", policyArn: "p" });
        });
        assert.deepEqual(recording.inputs("aws:kms/key:Key", "key")["tags"], {
            stack: "test",
            owner: "others",
            Name: "key",
        });
        assert.equal(
            "tags" in recording.inputs("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment"),
            false,
        );
    });

    it("include resources launched from a template", () => {
        const template = { tagSpecifications: [{ resourceType: "instance", tags: { Name: "node" } }] };
        assert.deepEqual(withTags("aws:ec2/launchTemplate:LaunchTemplate", template, { stack: "test" }), {
            tags: { stack: "test" },
            tagSpecifications: [
                { resourceType: "instance", tags: { stack: "test", Name: "node" } },
                { resourceType: "volume", tags: { stack: "test" } },
            ],
        });
    });

    it("are merged with tags that are unknown at first", async () => {
        await record(async () => {
            const { tags } = withTags("aws:kms/key:Key", { tags: pulumi.output({ Name: "key" }) }, { stack: "test" });
            assert.deepEqual(await valueOf(tags as pulumi.Output<unknown>), { stack: "test", Name: "key" });
        });
    });

    it("cover every taggable type", () => {
        assert.deepEqual(
            [...taggable].filter((type) => !takesTags(type)),
            [],
        );
    });
});
