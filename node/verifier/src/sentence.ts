// The sentences of the checks, in both languages. What an outcome means for a reader stands here and nowhere else; what
// was wrong in one package is added by the check itself.
import type { Outcome, Text } from "./check.ts";

interface Sentences {
  readonly title: Text;
  readonly VALID: Text;
  readonly INVALID: Text;
  readonly INDETERMINATE?: Text;
}

const NO_SET: Text = {
  en: "Who votes at the checkpoint is not known, because the trail does not hold.",
  zh: "验证节点沿革不成立，无法得知检查点处由谁表决。",
};

/** Codes in the order in which they are printed (SPEC section 8). */
export const SENTENCES = {
  PACKAGE: {
    title: { en: "The file", zh: "文件格式" },
    VALID: { en: "The zip file is written in the one allowed way; nothing is hidden in it.", zh: "ZIP 文件符合唯一规定的写法，没有夹带内容。" },
    INVALID: { en: "The file is not a package, or it was altered, cut short or repacked.", zh: "该文件不是证据包，或已被改动、截断或重新打包。" },
  },
  BAG: {
    title: { en: "The inventory", zh: "清单" },
    VALID: { en: "Every file has the digests (SHA-256 and SM3) that the inventory lists, and none is unlisted.", zh: "每个文件的 SHA-256 与 SM3 摘要均与清单一致，没有清单以外的文件。" },
    INVALID: { en: "A file differs from the inventory, or the inventory itself is wrong.", zh: "有文件与清单不符，或清单本身有误。" },
  },
  LAYOUT: {
    title: { en: "The content", zh: "内容构成" },
    VALID: { en: "Every file that must be there is there, readable, and no other.", zh: "应有的文件齐全且均可解读，没有多余文件。" },
    INVALID: { en: "A file is missing, superfluous or unreadable.", zh: "有文件缺失、多余或无法解读。" },
  },
  GENESIS: {
    title: { en: "The ledger", zh: "所属账本" },
    VALID: { en: "The package belongs to the ledger that the policy names.", zh: "证据包属于策略文件所指定的账本。" },
    INVALID: { en: "The package belongs to another ledger than the policy names, or its genesis breaks the rules.", zh: "证据包不属于策略文件所指定的账本，或其创世文件违反规则。" },
    INDETERMINATE: { en: "Without a policy nobody says which ledger is meant; compare the chain id with the one that the consortium published.", zh: "未提供策略文件，无法确认所指账本；请将链标识与联盟公布的链标识核对。" },
  },
  EVENT_CANON: {
    title: { en: "The event", zh: "事件本身" },
    VALID: { en: "The event is the same bytes wherever the package holds it.", zh: "事件在证据包各处的字节完全相同。" },
    INVALID: { en: "The package holds different versions of the event.", zh: "证据包内存有该事件的不同版本。" },
  },
  CHAIN: {
    title: { en: "One ledger throughout", zh: "账本一致" },
    VALID: { en: "The transaction and the checkpoint name this ledger.", zh: "交易与检查点均指明为本账本。" },
    INVALID: { en: "The transaction or the checkpoint belongs to another ledger.", zh: "交易或检查点属于其他账本。" },
  },
  TRAIL: {
    title: { en: "The line of validators", zh: "验证节点沿革" },
    VALID: { en: "From genesis to the checkpoint, each set of validators was appointed by the votes of the one before, or by the rescue keys that genesis names where that is said.", zh: "自创世起至检查点，每一届验证节点均由前一届表决产生；凡由创世所载应急密钥产生者另有注明。" },
    INVALID: { en: "The line of validators from genesis to the checkpoint has a gap or a forged link.", zh: "自创世至检查点的验证节点沿革有缺口或有伪造环节。" },
  },
  VALIDATORS: {
    title: { en: "The validators", zh: "验证节点名册" },
    VALID: { en: "The checkpoint names the set of validators that the line leads to.", zh: "检查点所载的验证节点名册与沿革所得一致。" },
    INVALID: { en: "The checkpoint names another set of validators.", zh: "检查点所载的验证节点名册与沿革不一致。" },
    INDETERMINATE: NO_SET,
  },
  CERTIFICATE: {
    title: { en: "The votes", zh: "表决签名" },
    VALID: { en: "A quorum of validators signed the checkpoint, and every signature holds.", zh: "达到法定数的验证节点对检查点签名，且每个签名均成立。" },
    INVALID: { en: "The checkpoint is not signed by a quorum of validators.", zh: "检查点没有得到法定数验证节点的有效签名。" },
    INDETERMINATE: NO_SET,
  },
  INCLUSION_SM3: {
    title: { en: "In the ledger (SM3)", zh: "已入账（SM3）" },
    VALID: { en: "The event stands in the ledger's SM3 log.", zh: "事件位于账本的 SM3 默克尔日志之中。" },
    INVALID: { en: "The event is not in the ledger's SM3 log.", zh: "事件不在账本的 SM3 默克尔日志之中。" },
  },
  INCLUSION_SHA256: {
    title: { en: "In the ledger (SHA-256)", zh: "已入账（SHA-256）" },
    VALID: { en: "The event stands in the ledger's SHA-256 log.", zh: "事件位于账本的 SHA-256 默克尔日志之中。" },
    INVALID: { en: "The event is not in the ledger's SHA-256 log.", zh: "事件不在账本的 SHA-256 默克尔日志之中。" },
  },
  STATE_ENTRIES: {
    title: { en: "Registered keys", zh: "登记密钥" },
    VALID: { en: "All organisations and keys that the package adds stand in the ledger's state.", zh: "证据包附带的机构与密钥均在账本状态中登记。" },
    INVALID: { en: "An organisation or key that the package adds is not in the ledger's state.", zh: "证据包附带的某个机构或密钥未在账本状态中登记。" },
  },
  TRANSACTION_SIGNATURE: {
    title: { en: "The submitter's signature", zh: "提交机构签名" },
    VALID: { en: "The organisation that submitted the event signed it with a registered key.", zh: "提交该事件的机构以其登记密钥签名，签名成立。" },
    INVALID: { en: "The submitting organisation's signature does not hold.", zh: "提交机构的签名不成立。" },
    INDETERMINATE: { en: "The submitting organisation's key is not in the package, so its signature cannot be verified.", zh: "证据包内没有提交机构的密钥，无法验证其签名。" },
  },
  APPRAISAL: {
    title: { en: "The appraisal", zh: "笔迹评估记录" },
    VALID: { en: "The record of the handwriting model is as the rules demand: there if the event has writing, by the ledger's model, its band following from its number.", zh: "笔迹评估记录符合规则：有笔迹者有评估，所用模型为账本所定模型，等级由数值得出。" },
    INVALID: { en: "The record of the handwriting model breaks the rules.", zh: "笔迹评估记录违反规则。" },
  },
  MODEL: {
    title: { en: "The model itself", zh: "模型本身" },
    VALID: { en: "The enclosed constants and weights are those of the model that the appraisal names.", zh: "所附常数与权重正是评估所称模型的常数与权重。" },
    INVALID: { en: "The enclosed constants and weights are not those of the model that the appraisal names.", zh: "所附常数与权重不是评估所称模型的常数与权重。" },
  },
  STATE: {
    title: { en: "The matter's state", zh: "事项状态" },
    VALID: { en: "The matter's count and sum stand in the ledger's state at the checkpoint.", zh: "事项的事件数与累计摘要记载于检查点的账本状态之中。" },
    INVALID: { en: "The matter's count and sum are not in the ledger's state at the checkpoint.", zh: "事项的事件数与累计摘要不在检查点的账本状态之中。" },
  },
  COMPLETENESS: {
    title: { en: "The whole matter", zh: "事项完整性" },
    VALID: { en: "These are all events of the matter up to the checkpoint, in order; none was added or left out.", zh: "截至检查点，事项的全部事件均在此，次序无误，无增无减。" },
    INVALID: { en: "An event of the matter is missing, added, altered or out of order.", zh: "事项的事件有缺失、添加、改动或次序错误。" },
  },
  NONCE: {
    title: { en: "The earliest time", zh: "最早时间" },
    VALID: { en: "The signing names an earlier block, so its transaction was signed after that block and within the allowed time. When the strokes were written is not said.", zh: "签署引用了先前的区块，故交易签名形成于该区块之后，且在允许的时限之内；笔迹何时写成不在此列。" },
    INVALID: { en: "The block that the signing names does not fit it.", zh: "签署所引用的区块与签署不符。" },
  },
  DOCUMENT: {
    title: { en: "The document presented", zh: "所出示的文件" },
    VALID: { en: "The file that was presented when the package was made has the very digest that the event names; its name and type are the maker's word.", zh: "制作证据包时所出示的文件，其摘要正是事件所载摘要；文件名与类型仅为制作者陈述。" },
    INVALID: { en: "The file that was presented when the package was made is not the one that the event names.", zh: "制作证据包时所出示的文件不是事件所指的文件。" },
  },
  LOGIN_CHALLENGE: {
    title: { en: "The login's prompt", zh: "登录提示码" },
    VALID: { en: "The person signed under this one-time prompt, asked by this organisation after the named block.", zh: "签署人在所指区块之后，应该机构的要求在此一次性提示码下签名。" },
    INVALID: { en: "The event does not answer the enclosed prompt.", zh: "事件与所附登录提示码不符。" },
  },
  PACKET_COMMIT: {
    title: { en: "The recorded writing", zh: "笔迹数据" },
    VALID: { en: "The writing in the package is the very writing that the ledger committed to.", zh: "证据包内的笔迹数据正是账本所承诺的数据。" },
    INVALID: { en: "The writing in the package is not what the ledger committed to.", zh: "证据包内的笔迹数据不是账本所承诺的数据。" },
  },
  PACKET_BINDING: {
    title: { en: "Writing and document", zh: "笔迹与文件的绑定" },
    VALID: { en: "The packet names this signer, this document and this request, and its writing is what was appraised. Whether it was written for them is not said.", zh: "数据包指明该签署人、该文件与该次请求，其笔迹即被评估的笔迹；笔迹是否为此而写不在此列。" },
    INVALID: { en: "The packet names another signer, document or request, or its writing is not what was appraised.", zh: "数据包指明其他签署人、文件或请求，或其笔迹不是被评估的笔迹。" },
  },
  DEVICE_SIG: {
    title: { en: "The signature over the writing", zh: "笔迹数据签名" },
    VALID: { en: "A registered key of the submitting organisation signed the packet with the writing. That a device recorded it is the organisation's word.", zh: "提交机构的登记密钥对笔迹数据包签名，签名成立；由何设备采集仅凭该机构陈述。" },
    INVALID: { en: "The signature over the packet does not hold.", zh: "对数据包的签名不成立。" },
    INDETERMINATE: { en: "The writing is not signed by a registered key of the organisation, so its origin rests on the organisation's word.", zh: "笔迹未由该机构的登记密钥签名，其来源仅凭该机构陈述。" },
  },
  REFERENCES_AGE: {
    title: { en: "The age of the references", zh: "参考签名的年限" },
    VALID: { en: "The enclosed enrolment is that of the references that the signing was compared with, and not older than the policy allows, if it says. When they were written is not said.", zh: "所附登记即签署所比对参考签名的登记，且未超过策略文件（如有规定）允许的天数；参考签名何时写成不在此列。" },
    INVALID: { en: "The references were enrolled longer before the signing than the policy allows, or the enclosed enrolment is another.", zh: "参考签名的登记早于签署的天数超过策略文件所允许，或所附登记并非其登记。" },
    INDETERMINATE: { en: "The policy limits the age of the references, and their enrolment is not in the package.", zh: "策略文件限定参考签名的年限，而证据包中没有其登记。" },
  },
  ACCESS: {
    title: { en: "Access to the writing", zh: "笔迹查阅许可" },
    VALID: { en: "Every access to this event's writing that the matter records was given for this very event. How often it was read under one access is not said.", zh: "事项所载对本事件笔迹的每次查阅许可均系针对本事件入账；一次许可下查阅的次数不在此列。" },
    INVALID: { en: "A recorded access names this event wrongly.", zh: "有查阅许可记录与本事件不符。" },
  },
  INTENT_STEP: {
    title: { en: "Evidence of will", zh: "意愿证据" },
    VALID: { en: "Steps of the matter carry the enclosed results of providers by their digests, for this signer and document; none came only after the signing.", zh: "事项中的步骤以摘要载有所附服务方结果，且针对该签署人与该文件；没有在签署之后才载入的。" },
    INDETERMINATE: { en: "An enclosed result of a provider was recorded only after the signing: it does not show the will at the signing.", zh: "有服务方结果在签署之后才载入事项，不能说明签署当时的意愿。" },
    INVALID: { en: "An enclosed result of a provider is not carried by the matter, or is about something else.", zh: "所附服务方结果未载于事项，或针对其他内容。" },
  },
  INTENT_SIGNATURE: {
    title: { en: "The providers' signatures", zh: "服务方签名" },
    VALID: { en: "The providers signed their results with keys that were in force. Whether they are to be believed is not said here.", zh: "服务方以有效的登记密钥对其结果签名，签名成立；其结果是否可信不在此判断。" },
    INVALID: { en: "A provider's signature does not hold, or was recorded only after its key was retired.", zh: "有服务方签名不成立，或其结果在密钥停用之后方才入账。" },
    INDETERMINATE: { en: "A provider's key is not shown to be registered and in force.", zh: "无法证明服务方密钥已登记且有效。" },
  },
  FAULT_PROOFS: {
    title: { en: "Proven faults", zh: "已证实的过错" },
    VALID: { en: "The enclosed proofs that a validator contradicted itself hold and are in the ledger.", zh: "所附验证节点自相矛盾的证明成立，且已入账。" },
    INVALID: { en: "An enclosed proof of a fault does not hold.", zh: "所附的过错证明不成立。" },
    INDETERMINATE: NO_SET,
  },
  TSA_TOKEN: {
    title: { en: "Time-stamps", zh: "时间戳" },
    VALID: { en: "A time-stamp is signed and stands for a header that holds the event; none is forged.", zh: "有时间戳签名成立，且针对包含该事件的区块头；没有伪造的时间戳。" },
    INVALID: { en: "A time-stamp is altered, forged or stands for something else.", zh: "有时间戳被改动、伪造或针对其他内容。" },
    INDETERMINATE: { en: "No time-stamp can be verified with what is at hand.", zh: "依现有材料无法验证任何时间戳。" },
  },
  TSA_CHAIN_AT_GENTIME: {
    title: { en: "The time-stamping authority", zh: "时间戳机构" },
    VALID: { en: "A time-stamp's certificate led to a root that the policy trusts, and was valid on that day.", zh: "有时间戳证书可上溯至策略文件信任的根证书，且在当日有效。" },
    INVALID: { en: "No time-stamp's certificate leads to a root that the policy trusts: one was not valid on that day, or was revoked.", zh: "没有时间戳证书可上溯至策略文件信任的根证书：在当日无效或已被吊销。" },
    INDETERMINATE: { en: "The policy asks for a time-stamp. With what is at hand (its roots, the certificates kept) none leads to a trusted authority.", zh: "策略文件要求时间戳；依现有材料（其根证书、所保存的证书）没有时间戳可上溯至受信任的机构。" },
  },
  QUORUM_INDEPENDENT: {
    title: { en: "Independence from the parties", zh: "独立于当事人" },
    VALID: { en: "Enough organisations that the policy counts have signed the checkpoint.", zh: "策略文件所认可的机构中，签署检查点者达到要求的数目。" },
    INVALID: { en: "Too few organisations that the policy counts have signed the checkpoint.", zh: "策略文件所认可的机构中，签署检查点者不足要求的数目。" },
  },
  FACTS: {
    title: { en: "The readable facts", zh: "可读事实" },
    VALID: { en: "facts.json says exactly what follows from the other files, and is to be believed as far as the checks above hold. The name, kind and (but for an anchor) size of a presented document are the maker's word.", zh: "facts.json 与由其他文件所推出的内容完全一致，仅在以上检查成立的范围内可信；所出示文件的名称、类型与大小（存证事件的大小除外）仅为制作者陈述。" },
    INVALID: { en: "facts.json differs from what follows from the other files.", zh: "facts.json 与由其他文件所推出的内容不一致。" },
    INDETERMINATE: NO_SET,
  },
} as const satisfies Record<string, Sentences>;

/** Said above the list of what no check speaks for (SPEC 8.3). */
export const UNCHECKED: Text = {
  en: "NOT CHECKED: nobody signed what follows, and it may say anything, whatever the verdict. Do not rely on it:",
  zh: "未核验：以下内容无人签名，无论结论如何均可能被任意改写，不得作为依据：",
};

/** The codes that a check can have. */
export type Code = keyof typeof SENTENCES;

/** The sentence for an outcome, with what was found in this package. */
export function sentence(code: Code, outcome: Outcome, why?: Text): Text {
  const sentences: Sentences = SENTENCES[code];
  const base = sentences[outcome] ?? sentences.INVALID;
  return why === undefined ? base : { en: `${base.en} (${why.en})`, zh: `${base.zh}（${why.zh}）` };
}

/** What a check is about, in a few words; a code that is not known stands for itself. */
export function title(code: string): Text {
  return code in SENTENCES ? SENTENCES[code as Code].title : { en: code, zh: code };
}
