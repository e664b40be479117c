import { now } from "../../protocol/chance";
import { createHash } from "node:crypto";

import type { Declaration, ArgumentCheck } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { oneOf, pattern, someOf } from "../declaring/rules";
import { KEY, SSM_DOCUMENT, SSM_PARAMETER } from "../../../cloud/aws/tokens";
import { must, number, parsed, text } from "../../../cloud/aws/values";
import { isProps } from "../../../cloud/props";

const document: Declaration = {
    type: SSM_DOCUMENT,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 128 },
    defaults: { documentFormat: "JSON" },
    allowed: {
        name: pattern(
            /^(?!aws-|amazon|amzn)[A-Za-z0-9_.-]{3,128}$/i,
            "3 to 128 letters, digits and _.-, not beginning with aws-, amazon or amzn",
        ),
        documentFormat: oneOf("JSON", "TEXT", "YAML"),
        documentType: oneOf(
            ..."ApplicationConfiguration ApplicationConfigurationSchema Automation Automation.ChangeTemplate AutoApprovalPolicy".split(
                " ",
            ),
            ..."ChangeCalendar CloudFormation Command DeploymentStrategy Package Policy ProblemAnalysis Session".split(
                " ",
            ),
        ),
    },
    rules: [wellFormed],
    replace: ["name"],
    // https://github.com/hashicorp/terraform-provider-aws/blob/v5.46.0/internal/service/ssm/document.go
    renewed: (changed) =>
        changed.includes("content") ? ["defaultVersion", "documentVersion", "hash", "latestVersion"] : [],
    outputs: ({ id, inputs, cloud, keep }) => {
        const content = parsed(must(inputs, "content"));
        const version = number(cloud.state(SSM_DOCUMENT, id), "latestVersion") ?? 0;
        return {
            ...{
                arn: cloud.arn("ssm", `document/${id}`),
                createdDate: keep("createdDate", () => now().toISOString()),
                owner: cloud.account,
                status: "Active",
            },
            ...{
                hash: createHash("sha256").update(must(inputs, "content")).digest("hex"),
                hashType: "Sha256",
                platformTypes: ["Linux", "MacOS", "Windows"],
            },
            description: isProps(content) ? (text(content, "description") ?? "") : "",
            schemaVersion: isProps(content) ? must(content, "schemaVersion") : "",
            ...{
                defaultVersion: String(version + 1),
                documentVersion: String(version + 1),
                latestVersion: String(version + 1),
            },
        };
    },
    missing: (name) => `InvalidDocument: Document with name ${name} does not exist.`,
    exists: ({ inputs }) => `DocumentAlreadyExists: Document with name ${text(inputs, "name")} already exists.`,
};

function wellFormed(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const content = text(inputs, "content");
    if (content === undefined || inputs["documentFormat"] !== "JSON") {
        return undefined;
    }
    const fields = parsed(content);
    if (!isProps(fields)) {
        return ["content", "InvalidDocumentContent: JSON not well-formed."];
    }
    const session = inputs["documentType"] === "Session" && fields["sessionType"] === undefined;
    return typeof fields["schemaVersion"] !== "string" || session
        ? [
              "content",
              `InvalidDocumentContent: ${session ? "a Session document requires a sessionType" : "a document requires a schemaVersion"}`,
          ]
        : undefined;
}

const parameter: Declaration = {
    type: SSM_PARAMETER,
    id: ({ inputs }) => must(inputs, "name"),
    allowed: {
        name: pattern(
            /^(?!\/?(aws|ssm))[A-Za-z0-9_.\-/]{1,1011}$/i,
            "letters, digits and _.-/, not beginning with aws or ssm",
        ),
        type: oneOf("SecureString", "String", "StringList"),
        tier: oneOf("Advanced", "Intelligent-Tiering", "Standard"),
    },
    rules: [someOf("value", "insecureValue", "valueWo")],
    references: { keyId: to(KEY) },
    replace: ["name", "dataType"],
    serverDefaults: () => ({ dataType: "text", tier: "Standard" }),
    outputs: ({ id, cloud }) => ({
        arn: cloud.arn("ssm", `parameter${id.startsWith("/") ? id : `/${id}`}`),
        version: (number(cloud.state(SSM_PARAMETER, id), "version") ?? 0) + 1,
    }),
    missing: (name) => `ParameterNotFound: ${name}`,
    exists: () =>
        "ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
};

export const ssm = [document, parameter];
