import { completeCronJob, completeDaemonSet, completeDeployment, completeJob } from "./defaults";
import { validateSchedule } from "./schedule";
import { oneOf } from "../validation/containers";
import { validateLabelSelector } from "../validation/metadata";
import { dnsSubdomain } from "../validation/names";
import { validatePodTemplate } from "../validation/pod";
import { isUnknown } from "../../../cloud/props";
import type { ApiKind } from "./kind";
import type { Field } from "../validation/field";
import type { Problems } from "../validation/problems";

export const workloadKinds: readonly ApiKind[] = [
    {
        apiVersion: "apps/v1",
        kind: "Deployment",
        plural: "deployments",
        namespaced: true,
        nameRule: dnsSubdomain,
        validate: (object, problems) => validateDeployment(object.at("spec"), problems),
        forceNew: ["spec.selector"],
        podAt: ["spec", "template"],
        complete: completeDeployment,
        status: {},
    },
    {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        plural: "daemonsets",
        namespaced: true,
        nameRule: dnsSubdomain,
        validate: (object, problems) => validateReplicated(object.at("spec"), "daemonset", "DaemonSet", problems),
        forceNew: ["spec.selector"],
        podAt: ["spec", "template"],
        complete: completeDaemonSet,
        status: {},
    },
    {
        apiVersion: "batch/v1",
        kind: "Job",
        plural: "jobs",
        namespaced: true,
        nameRule: dnsSubdomain,
        validate: (object, problems) => validateJob(object.at("spec"), problems),
        forceNew: ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
        podAt: ["spec", "template"],
        complete: completeJob,
        status: {},
    },
    {
        apiVersion: "batch/v1",
        kind: "CronJob",
        plural: "cronjobs",
        namespaced: true,
        nameRule: dnsSubdomain,
        validate: validateCronJob,
        podAt: ["spec", "jobTemplate", "spec", "template"],
        complete: completeCronJob,
        status: {},
    },
];

function validateDeployment(spec: Field, problems: Problems): void {
    nonNegative(spec, ["replicas"], problems);
    if (!spec.at("selector").isSet) {
        problems.required(spec.at("selector"));
    }
    validateReplicated(spec, "deployment", "ReplicaSet", problems);
    const strategy = spec.at("strategy");
    const type = strategy.at("type").text();
    if (type === "Recreate" && strategy.at("rollingUpdate").isSet) {
        problems.forbidden(strategy.at("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
    } else if (type !== undefined && type !== "Recreate" && type !== "RollingUpdate") {
        problems.unsupported(strategy, ["Recreate", "RollingUpdate"], { Type: type, RollingUpdate: null });
    }
    nonNegative(spec, ["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"], problems);
    const deadline = spec.at("progressDeadlineSeconds").number();
    if (deadline !== undefined && deadline <= (spec.at("minReadySeconds").number() ?? 0)) {
        problems.invalid(spec.at("progressDeadlineSeconds"), "must be greater than minReadySeconds");
    }
}

/** Validation shared by Deployments and DaemonSets: the selector must match the pods of the template. */
function validateReplicated(spec: Field, name: string, controller: string, problems: Problems): void {
    const selector = spec.at("selector");
    validateLabelSelector(selector, problems);
    if (
        selector.isSet &&
        !selector.isUnknown &&
        selector.at("matchLabels").isEmpty &&
        selector.at("matchExpressions").isEmpty
    ) {
        problems.invalid(selector, `empty selector is invalid for ${name}`);
    }
    const template = spec.at("template");
    const labels = template.at("metadata", "labels");
    if (!selects(selector, labels)) {
        problems.invalid(labels, "`selector` does not match template `labels`");
    }
    validatePodTemplate(template, problems);
    const restart = template.at("spec", "restartPolicy");
    if (restart.text() !== undefined && restart.value !== "Always") {
        problems.unsupported(restart, ["Always"]);
    }
    if (template.at("spec", "activeDeadlineSeconds").isSet) {
        problems.forbidden(
            template.at("spec", "activeDeadlineSeconds"),
            `activeDeadlineSeconds in ${controller} is not Supported`,
        );
    }
}

/** Whether the selector matches pods with these labels; true while unknown. An absent selector matches nothing. */
function selects(selector: Field, labels: Field): boolean {
    if (isUnknown(selector.value) || isUnknown(labels.value)) {
        return true;
    }
    const wanted = selector.at("matchLabels");
    const met = (expression: Field): boolean => {
        const value = labels.entry(expression.at("key").text() ?? "").text();
        const listed = expression
            .at("values")
            .items()
            .some((each) => each.value === value);
        switch (expression.at("operator").value) {
            case "In":
                return listed;
            case "NotIn":
                return !listed;
            case "Exists":
                return value !== undefined;
            default:
                return value === undefined;
        }
    };
    return (
        selector.isSet &&
        wanted.keys().every((key) => wanted.entry(key).value === labels.entry(key).value) &&
        selector.at("matchExpressions").items().every(met)
    );
}

function validateJob(spec: Field, problems: Problems): void {
    validateJobSpec(spec, problems);
    // The server sets the selector and labels the pods with it, unless the program sets `manualSelector`.
    const generated = spec.at("selector", "matchLabels").keys().includes("batch.kubernetes.io/controller-uid");
    if (!generated && !spec.at("selector").isUnknown && spec.at("manualSelector").value !== true) {
        problems.invalid(spec.at("selector"), "`selector` not auto-generated");
    }
    const labels = spec.at("template", "metadata", "labels");
    if (spec.at("manualSelector").value === true && !selects(spec.at("selector"), labels)) {
        problems.invalid(labels, "`selector` does not match template `labels`");
    }
}

function validateJobSpec(spec: Field, problems: Problems): void {
    nonNegative(
        spec,
        [
            "parallelism",
            "completions",
            "activeDeadlineSeconds",
            "backoffLimit",
            "ttlSecondsAfterFinished",
            "backoffLimitPerIndex",
            "maxFailedIndexes",
        ],
        problems,
    );
    const mode = spec.at("completionMode");
    oneOf(mode, ["NonIndexed", "Indexed"], problems);
    if (mode.value === "Indexed" && !spec.at("completions").isSet && spec.at("parallelism").isSet) {
        problems.required(spec.at("completions"), "when completion mode is Indexed");
    }
    for (const each of ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"]) {
        if (spec.at(each).isSet && mode.value !== "Indexed" && !mode.isUnknown) {
            problems.invalid(spec.at(each), "requires indexed completion mode");
        }
    }
    validatePodTemplate(spec.at("template"), problems);
    const restart = spec.at("template", "spec", "restartPolicy");
    if (!restart.isUnknown && (restart.isEmpty || restart.value === "Always")) {
        problems.required(restart, 'valid values: "OnFailure", "Never"');
    } else if (spec.at("podFailurePolicy").isSet && restart.value !== "Never" && !restart.isUnknown) {
        problems.invalid(restart, 'only "Never" is supported when podFailurePolicy is specified');
    }
}

function validateCronJob(object: Field, problems: Problems): void {
    const spec = object.at("spec");
    const schedule = spec.at("schedule");
    if (schedule.isEmpty) {
        problems.required(schedule);
    } else {
        validateSchedule(schedule, problems);
    }
    nonNegative(spec, ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"], problems);
    oneOf(spec.at("concurrencyPolicy"), ["Allow", "Forbid", "Replace"], problems);
    const job = spec.at("jobTemplate", "spec");
    validateJobSpec(job, problems);
    if (job.at("selector").isSet) {
        problems.invalid(job.at("selector"), "`selector` will be auto-generated");
    }
    if (job.at("manualSelector").value === true) {
        problems.unsupported(job.at("manualSelector"), ["nil", "false"]);
    }
    // The names of a CronJob's jobs end in an eleven-character suffix.
    const name = object.at("metadata", "name");
    problems.invalid(name, (name.text() ?? "").length > 52 ? ["must be no more than 52 characters"] : []);
}

function nonNegative(parent: Field, names: readonly string[], problems: Problems): void {
    for (const name of names) {
        if ((parent.at(name).number() ?? 0) < 0) {
            problems.invalid(parent.at(name), "must be greater than or equal to 0");
        }
    }
}
