import type { ConnectionTestEntry } from "../components/access/connectionTests";
import { flag, list, section, text, type FieldsOf } from "./fields";
import { image } from "./validators";

/** A Job for each service in Kubernetes that tries what the service may do and what it must not. */
export const connectionTest = section({
    image: image(
        "write that of examples/connection-test, like 111122223333.dkr.ecr.eu-central-1.amazonaws.com/connection-test:0.1.0",
    ).describe("The image of examples/connection-test, with a tag or a digest"),
    tenants: list(
        text({ allowed: "the name of a tenant in Kubernetes", fix: "write a tenant's name, like shop" }),
        "a list of tenants' names",
    )
        .optional()
        .meta({ description: "The tenants to try", absent: "all in Kubernetes" }),
    wait: flag("write false to let a run end before the tests")
        .default(true)
        .describe("Whether a run waits for the tests and fails if one fails"),
} satisfies FieldsOf<ConnectionTestEntry>);
