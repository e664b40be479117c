import { accessEntry, accessPolicyAssociation, podIdentityAssociation } from "./access";
import { addon } from "./addon";
import { cluster } from "./cluster";
import { nodeGroup } from "./nodeGroup";

export const eks = [accessEntry, accessPolicyAssociation, addon, cluster, nodeGroup, podIdentityAssociation];
