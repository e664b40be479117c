import { parseRange } from "../components/network/ipv4";
import { identifierBytes } from "../components/tenancy/names";
import { matching, text } from "./fields";

/** A stack's name, of the same project or qualified. */
export const stackName = /^[\w.-]+(\/[\w.-]+){0,2}$/;

/** A range of IPv4 addresses. */
export function range(fix: string) {
    const wrong = (given: string) => (parseRange(given) === undefined ? notARange : undefined);
    return text({ allowed: "a range of IPv4 addresses in CIDR notation", example: "203.0.113.0/24", fix, wrong });
}

export function regionName(allowed: string) {
    const pattern = /^[a-z]{2,4}(-[a-z]+)+-\d$/;
    return matching(pattern, { allowed, example: "eu-west-1", wrong: "not a region's name" });
}

export const notARange = "not a range of IPv4 addresses (is a bit set beyond its prefix?)";

/**
 * Whether it is the ARN of an IAM role that a program or a policy can be given, of any account and partition. A service-linked
 * role takes neither a policy nor anybody but its service:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
 */
export function isRoleArn(given: string): boolean {
    return isIamArn(given, "role") && !given.includes(":role/aws-service-role/");
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
 */
export function isIamArn(given: string, ...kinds: readonly ("role" | "user")[]): boolean {
    const [, kind = "", path = ""] =
        /^arn:(?:aws|aws-cn|aws-us-gov|aws-iso(?:-[bef])?|aws-eusc):iam::\d{12}:(role|user)\/(.+)$/.exec(given) ?? [];
    const parts = path.split("/");
    return (
        kinds.some((one) => one === kind) &&
        parts.every((part) => /^[\w+=,.@-]+$/.test(part) && !/^\.+$/.test(part)) &&
        (parts.at(-1) ?? "").length <= 64 &&
        parts.slice(0, -1).join("/").length <= 510
    );
}

/** The ARN of an IAM policy, an account's own or AWS'. */
export const policyArn =
    /^arn:aws(-cn|-us-gov|-iso(-[bef])?|-eusc)?:iam::(aws|\d{12}):policy\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/;

export const notARole = "not the ARN of an IAM role";

/** A container image of one version. */
export function image(fix: string) {
    return text({
        allowed: "the name of a container image, with its registry and a tag or digest",
        fix,
        wrong: wrongImage,
    });
}

/** https://pkg.go.dev/github.com/distribution/reference; without a tag or digest, the same config would not run the same program. */
function wrongImage(given: string): string | undefined {
    if (
        !/^[a-z0-9]+([._-][a-z0-9]+)*(:\d+)?(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.test(
            given,
        )
    ) {
        return "not the name of an image";
    }
    return /[:@][^/]*$/.test(given) && !given.endsWith(":latest") ? undefined : "has no tag or digest";
}

/**
 * Says what is wrong with a Postgres name of at most `bytes` bytes. Stricter than Postgres: an accepted name means the
 * same in SQL, in an IAM ARN and in Kubernetes, and is never truncated.
 */
export function wrongDatabaseName(name: string, bytes: number): string | undefined {
    const length = Buffer.byteLength(name);
    if (length > bytes) {
        return `${length} bytes long; with its suffix, it must fit in Postgres' ${identifierBytes}`;
    }
    const strange = new Set(name.match(/[^a-z0-9_-]/gu));
    if (strange.size > 0) {
        return `holds ${JSON.stringify([...strange].join(""))}`;
    }
    if (!/^[a-z0-9](.*[a-z0-9])?$/.test(name)) {
        return name === "" ? "empty" : "does not begin and end with a letter or a digit";
    }
    if (/^(pg_|rds)/.test(name)) {
        return `begins with ${name.startsWith("rds") ? "rds, which Amazon RDS" : "pg_, which Postgres"} reserves`;
    }
    return reserved.has(name) ? "reserved by Postgres" : undefined;
}

const reserved = new Set(["public", "information_schema", "none", "postgres", "template0", "template1"]);

/** Says what is allowed by {@link wrongDatabaseName}, for names of these characters. */
export function allowedDatabaseName(
    bytes: number,
    characters = "a-z, 0-9, _ and -, a letter or digit first and last",
): string {
    return `1 to ${bytes} of ${characters}, not pg_… or rds…, not ${[...reserved].join(", ")}`;
}

/** A valid namespace name in Kubernetes; required for service accounts too. */
export const allowedLabel = "1 to 63 of a-z, 0-9 and -, a letter or digit first and last (an RFC 1123 label)";

export function isLabel(name: string): boolean {
    return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}

/** Says why the name of an object or a role that exists is not allowed, if so: Postgres truncates longer ones. */
export function wrongExistingName(given: string): string | undefined {
    const bytes = Buffer.byteLength(given);
    return bytes < 1 || bytes > 63
        ? `${bytes} bytes long`
        : /\p{Cc}/u.test(given)
          ? "contains a control character"
          : undefined;
}
