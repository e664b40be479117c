import { now } from "../../protocol/chance";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { capitals } from "../declaring/naming";
import { conflict, length, pattern } from "../declaring/rules";
import {
    GROUP,
    GROUP_POLICY,
    GROUP_POLICY_ATTACHMENT,
    INSTANCE_PROFILE,
    OIDC_PROVIDER,
    POLICY,
    ROLE,
    USER,
    USER_POLICY,
    USER_POLICY_ATTACHMENT,
} from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";
import { nameOf, path } from "./names";

export const user: Declaration = {
    type: USER,
    id: ({ inputs }) => must(inputs, "name"),
    defaults: { forceDestroy: false, path: "/" },
    allowed: { name: nameOf(64), path },
    references: { permissionsBoundary: to(POLICY) },
    outputs: ({ inputs, cloud, keep }) => ({
        arn: cloud.arn("iam", `user${text(inputs, "path")}${text(inputs, "name")}`, { region: "" }),
        uniqueId: keep("uniqueId", () => `AIDA${capitals(17)}`),
    }),
    deletionProtection: ({ id, cloud }) => inUse("user", id, USER_POLICY, USER_POLICY_ATTACHMENT, cloud),
    missing: (name) => `NoSuchEntity: The user with name ${name} cannot be found.`,
    exists: ({ inputs }) => `EntityAlreadyExists: User with name ${text(inputs, "name")} already exists.`,
};

export const group: Declaration = {
    type: GROUP,
    id: ({ inputs }) => must(inputs, "name"),
    defaults: { path: "/" },
    allowed: { name: nameOf(128), path },
    outputs: ({ inputs, cloud, keep }) => ({
        arn: cloud.arn("iam", `group${text(inputs, "path")}${text(inputs, "name")}`, { region: "" }),
        uniqueId: keep("uniqueId", () => `AGPA${capitals(17)}`),
    }),
    deletionProtection: ({ id, cloud }) => inUse("group", id, GROUP_POLICY, GROUP_POLICY_ATTACHMENT, cloud),
    missing: (name) => `NoSuchEntity: The group with name ${name} cannot be found.`,
    exists: ({ inputs }) => `EntityAlreadyExists: Group with name ${text(inputs, "name")} already exists.`,
};

export const instanceProfile: Declaration = {
    type: INSTANCE_PROFILE,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 128 },
    defaults: { path: "/" },
    allowed: { name: nameOf(128), path },
    rules: [conflict("name", "namePrefix")],
    references: { role: to(ROLE) },
    replace: ["name", "namePrefix", "path"],
    outputs: ({ inputs, cloud, keep }) => ({
        arn: cloud.arn("iam", `instance-profile${text(inputs, "path")}${text(inputs, "name")}`, { region: "" }),
        createDate: keep("createDate", () => now().toISOString().replace(/\.\d+/, "")),
        uniqueId: keep("uniqueId", () => `AIPA${capitals(17)}`),
    }),
    missing: (name) => `NoSuchEntity: Instance Profile ${name} cannot be found.`,
    exists: ({ inputs }) => `EntityAlreadyExists: Instance Profile ${text(inputs, "name")} already exists.`,
};

export const openIdConnectProvider: Declaration = {
    type: OIDC_PROVIDER,
    id: ({ inputs, cloud }) => cloud.arn("iam", `oidc-provider/${withoutScheme(text(inputs, "url"))}`, { region: "" }),
    allowed: {
        url: pattern(/^https:\/\/[a-z0-9.-]+\.[a-z]+(\/[^?#]*)?$/, "must be an https URL without a query"),
        clientIdLists: length(1, 255),
        thumbprintLists: length(40, 40),
    },
    replace: ["url"],
    rewritten: ["url"],
    outputs: ({ id, inputs }) => ({ arn: id, url: withoutScheme(text(inputs, "url")) }),
    missing: (arn) => `NoSuchEntity: OpenIDConnect Provider not found for arn ${arn}`,
    exists: ({ inputs }) => `EntityAlreadyExists: Provider with url ${text(inputs, "url")} already exists.`,
};

function inUse(
    property: "user" | "group",
    name: string,
    inline: string,
    attached: string,
    cloud: Cloud,
): string | undefined {
    const has = (type: string): boolean => cloud.all(type).some(({ state }) => state[property] === name);
    if (has(attached)) {
        return "DeleteConflict: Cannot delete entity, must detach all policies first.";
    }
    return has(inline) ? "DeleteConflict: Cannot delete entity, must delete policies first." : undefined;
}

function withoutScheme(url: string | undefined): string {
    return (url ?? "").replace(/^https:\/\//, "");
}
