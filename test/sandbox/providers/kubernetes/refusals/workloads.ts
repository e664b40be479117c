import { container, deployment, job, object, without } from "./refusal";
import type { Refusal } from "./refusal";

export const workloadRefusals: readonly Refusal[] = [
    {
        why: "a Deployment without a selector",
        object: without(deployment({}), "selector"),
        message:
            'Deployment.apps "thing" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`]',
    },
    {
        why: "a Deployment whose selector does not match its pods, restarted on failure",
        object: deployment({
            selector: { matchLabels: { app: "api" } },
            template: {
                metadata: { labels: { app: "web" } },
                spec: { restartPolicy: "OnFailure", containers: [container] },
            },
        }),
        message:
            'Deployment.apps "thing" is invalid: [spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`, spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"]',
    },
    {
        why: "a Deployment with an empty selector, minus one replicas and an unknown strategy",
        object: deployment({ selector: {}, replicas: -1, strategy: { type: "Slow" } }),
        message:
            'Deployment.apps "thing" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.selector: Invalid value: {}: empty selector is invalid for deployment, spec.strategy: Unsupported value: {"Type":"Slow","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"]',
    },
    {
        why: "a Deployment whose replicas are a string",
        object: deployment({ replicas: "two" }),
        message:
            'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    },
    {
        why: "a Job whose pods always restart",
        object: job({}, { restartPolicy: "Always" }),
        message:
            'Job.batch "thing" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    },
    {
        why: "a Job with a negative limit, indexed without completions",
        object: job({ backoffLimit: -1, completionMode: "Indexed", parallelism: 2 }),
        message:
            'Job.batch "thing" is invalid: [spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0, spec.completions: Required value: when completion mode is Indexed]',
    },
    {
        why: "a CronJob with a long name and a bad schedule",
        object: object("batch/v1", "CronJob", { spec: { schedule: "61 * * *", jobTemplate: job({}) } }, "c".repeat(53)),
        message:
            'CronJob in version "v1" cannot be handled as a CronJob: strict decoding error: unknown field "spec.jobTemplate.apiVersion", unknown field "spec.jobTemplate.kind"',
    },
    {
        why: "a CronJob with four fields in its schedule and a long name",
        object: object(
            "batch/v1",
            "CronJob",
            { spec: { schedule: "1 * * *", jobTemplate: { spec: job({})["spec"] ?? null } } },
            "c".repeat(53),
        ),
        message: `CronJob.batch "${"c".repeat(53)}" is invalid: [spec.schedule: Invalid value: "1 * * *": expected exactly 5 fields, found 4: [1 * * *], metadata.name: Invalid value: "${"c".repeat(53)}": must be no more than 52 characters]`,
    },
    {
        why: "a CronJob at minute 61",
        object: object("batch/v1", "CronJob", {
            spec: {
                schedule: "61 * * * *",
                concurrencyPolicy: "Maybe",
                jobTemplate: { spec: job({})["spec"] ?? null },
            },
        }),
        message:
            'CronJob.batch "thing" is invalid: [spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61, spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"]',
    },
];
