import { uuid } from "../../protocol/chance";

import type { Declaration, ArgumentCheck, Unborn } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { documentRule } from "../iam/document";
import { arnOf, conflict, oneOf, pattern } from "../declaring/rules";
import { KEY, TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION } from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";

const protocols = ["application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"];

const topic: Declaration = {
    type: TOPIC,
    id: topicArn,
    naming: { max: 256 },
    defaults: { fifoTopic: false },
    allowed: {
        name: pattern(
            /^[A-Za-z0-9_-]{1,256}(\.fifo)?$/,
            "must consist of letters, digits, hyphens and underscores, at most 256 characters",
        ),
        policy: documentRule("resource"),
    },
    rules: [conflict("name", "namePrefix")],
    references: { kmsMasterKeyId: to(KEY) },
    replace: ["name", "namePrefix", "fifoTopic"],
    serverDefaults: (self) => ({ policy: defaultPolicy(self), tracingConfig: "PassThrough" }),
    outputs: ({ id, cloud }) => ({ arn: id, owner: cloud.account }),
    missing: (arn) => `NotFound: Topic does not exist: ${arn}`,
    exists: ({ inputs }) =>
        `InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes: ${text(inputs, "name")}`,
};

const topicPolicy: Declaration = {
    type: TOPIC_POLICY,
    id: ({ inputs }) => must(inputs, "arn"),
    parent: "arn",
    overwrites: true,
    allowed: { arn: arnOf("sns"), policy: documentRule("resource") },
    references: { arn: to(TOPIC) },
    replace: ["arn"],
    outputs: ({ cloud }) => ({ owner: cloud.account }),
    missing: (arn) => `NotFound: Topic does not exist: ${arn}`,
};

const topicSubscription: Declaration = {
    type: TOPIC_SUBSCRIPTION,
    id: ({ inputs }) => `${text(inputs, "topic")}:${uuid()}`,
    parent: "topic",
    defaults: { confirmationTimeoutInMinutes: 1, endpointAutoConfirms: false, rawMessageDelivery: false },
    allowed: { topic: arnOf("sns"), protocol: oneOf(...protocols) },
    rules: [endpointOfProtocol],
    references: { topic: to(TOPIC) },
    replace: ["endpoint", "protocol", "topic"],
    outputs: ({ id, inputs, cloud }) => ({
        arn: id,
        ownerId: cloud.account,
        pendingConfirmation: must(inputs, "protocol").startsWith("email"),
    }),
    missing: (arn) => `NotFound: Subscription does not exist: ${arn}`,
};

export const sns = [topic, topicPolicy, topicSubscription];

function topicArn({ inputs, cloud }: Unborn): string {
    return cloud.arn("sns", must(inputs, "name"));
}

function defaultPolicy(self: Unborn): string {
    const condition = { StringEquals: { "AWS:SourceOwner": self.cloud.account } };
    const actions = [
        "Publish",
        "Subscribe",
        "GetTopicAttributes",
        "SetTopicAttributes",
        "DeleteTopic",
        "AddPermission",
        "RemovePermission",
        "ListSubscriptionsByTopic",
    ];
    const statement = {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
    };
    return JSON.stringify({
        Version: "2008-10-17",
        Id: "__default_policy_ID",
        Statement: [{ ...statement, Resource: topicArn(self), Condition: condition }],
    });
}

function endpointOfProtocol(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const [protocol = "", endpoint] = [text(inputs, "protocol"), text(inputs, "endpoint")];
    const forms: Readonly<Record<string, RegExp>> = {
        email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
        "email-json": /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
        http: /^http:\/\//,
        https: /^https:\/\//,
        lambda: /^arn:[^:]+:lambda:/,
        sms: /^\+?\d[\d-]+$/,
        sqs: /^arn:[^:]+:sqs:/,
    };
    return endpoint === undefined || forms[protocol]?.test(endpoint) !== false
        ? undefined
        : [
              "endpoint",
              `InvalidParameter: Invalid parameter: Endpoint ${endpoint} must match the specified protocol ${protocol}`,
          ];
}
