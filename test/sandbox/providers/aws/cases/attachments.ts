import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import type { Case } from "./case";

const noRole = () => "NoSuchEntity: The role with name no cannot be found.";

export const attachments: readonly Case[] = [
    {
        type: tokens.USER_POLICY_ATTACHMENT,
        sample: ({ user = "", policy = "" }) => ({ user, policyArn: policy }),
        refused: [
            [
                "a user that does not exist",
                () => ({ user: "no" }),
                () => "NoSuchEntity: The user with name no cannot be found.",
            ],
        ],
    },
    {
        type: tokens.GROUP_POLICY_ATTACHMENT,
        sample: ({ team = "", policy = "" }) => ({ group: team, policyArn: policy }),
        refused: [
            [
                "a group that does not exist",
                () => ({ group: "no" }),
                () => "NoSuchEntity: The group with name no cannot be found.",
            ],
        ],
    },
    {
        type: tokens.GROUP_MEMBERSHIP,
        sample: ({ team = "", user = "" }) => ({ group: team, users: [user] }),
        refused: [
            [
                "a user that does not exist",
                () => ({ users: ["no"] }),
                () => "NoSuchEntity: The user with name no cannot be found.",
            ],
        ],
    },
    {
        type: tokens.ROLE_POLICIES_EXCLUSIVE,
        sample: ({ role = "" }) => ({ roleName: role, policyNames: ["a"] }),
        refused: [["a role that does not exist", () => ({ roleName: "no" }), noRole]],
    },
    {
        type: tokens.ROLE_ATTACHMENTS_EXCLUSIVE,
        sample: ({ role = "", policy = "" }) => ({ roleName: role, policyArns: [policy] }),
        refused: [["a role that does not exist", () => ({ roleName: "no" }), noRole]],
    },
];
