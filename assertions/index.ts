import { PolicyPack } from "@pulumi/policy";
import { Config } from "@pulumi/pulumi";

import { assertionsHold } from "./rule";

new PolicyPack("keyless-assertions", { policies: [assertionsHold(() => new Config("keyless").get("assertions"))] });
