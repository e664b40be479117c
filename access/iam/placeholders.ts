import { issuerOf, trust } from "../../policy/iam";
import type { Statement, Subject } from "../../policy/iam";
import { elsewhere } from "../chain/link";
import type { Identity } from "../chain/link";
import { label } from "../resources/resource";
import type { Assumer } from "./assumer";
import { GROUP, ROLE, USER } from "./principals";
import type { Principal } from "./principals";

/** A workload defined elsewhere: a role that trusts EC2, ECS or Lambda, though no resource here uses it. */
export function machinesToCome({ resource, trust: document }: Principal): readonly Assumer[] {
    const services = document === undefined ? [] : trust(document).subjects.flatMap(serviceOf);
    return services.map((service): Assumer => {
        const identity: Identity = {
            key: `service ${service} ${resource.name}`,
            kind: "service",
            label: `${resource.name} by ${service}`,
            resources: [resource.urn],
        };
        const text = `the trust of ${label(resource)} admits ${service}; its workload is not among these resources`;
        return { identity, links: [elsewhere("credential", text, resource.urn)], places: [] };
    });
}

/** Pod Identity's own service stands for the pods of an unknown namespace. */
function serviceOf(subject: Subject): readonly string[] {
    return subject.kind === "service"
        ? [subject.service]
        : subject.kind === "pod-identity" && subject.serviceAccount === undefined
          ? ["pods.eks.amazonaws.com"]
          : [];
}

/** A placeholder for the identities that act as a principal whose trust, members or assignments are defined elsewhere. */
export function definedElsewhere({ resource: { type, urn }, name }: Principal): Assumer {
    const who =
        { [ROLE]: "any principal that may assume the role", [USER]: "IAM user", [GROUP]: "any user in the group" }[
            type
        ] ?? "any user assigned";
    const identity: Identity = {
        key: `elsewhere ${type} ${name}`,
        kind: type === ROLE ? "role" : "person",
        label: `${who} ${name}`,
        resources: [],
    };
    const where = urn.startsWith("urn:") ? "" : " is defined elsewhere";
    return {
        identity,
        links: [elsewhere("credential", `${name}${where}: its users are not among these resources`)],
        places: [],
    };
}

const ONE_PRINCIPAL = /^arn:[^:]*:iam::\d{12}:(?:user|role)\/[^*?]+$/;

/** A statement once for each of its principals, so that a further one is a further identity. */
export function onePrincipalEach(statement: Statement): readonly Statement[] {
    const { principals } = statement;
    return principals === undefined || principals.except || principals.list.length === 0
        ? [statement]
        : principals.list.map((one) => ({ ...statement, principals: { ...principals, list: [one] } }));
}

/** A statement's conditions, for a key: others admit others of the same principals. */
export function conditionsOf({ conditions }: Statement): string {
    return conditions
        .map(({ operator, set = "", ifExists, key, values }) => {
            const admitted = values.map(({ source }) => source).sort();
            return ` ${set}${operator}${ifExists ? "IfExists" : ""} ${key} ${JSON.stringify(admitted)}`;
        })
        .sort()
        .join("");
}

/** The principals that a statement with one principal admits without naming them. */
export function strangers({ principals }: Statement): string {
    const [first] = principals?.list ?? [];
    if (
        principals === undefined ||
        principals.except ||
        first === undefined ||
        first.type === "*" ||
        first.type === "unknown"
    ) {
        return "any principal";
    }
    switch (first.type) {
        case "Federated":
            return `any principal with a token of ${issuerOf(first.value)}`;
        case "Service":
            return "pods of any cluster of the account";
        default:
            // A user or role of another account is one principal; an account is all that it permits.
            return ONE_PRINCIPAL.test(first.value) ? first.value : `any principal that ${first.value} permits`;
    }
}
