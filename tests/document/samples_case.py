"""One worked case (M12, 占道经营), as the papers of its ordinary course state it."""

from __future__ import annotations

from datetime import timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
CASE_ID = "019cb1a2-7c00-7a10-8f3e-2b6d5c4a9e01"

ORGAN = {
    "name": "梨树县综合行政执法局",
    "short": "梨综执",
    "county": "梨树县",
    "reconsideration_organ": "梨树县人民政府",
    "court": "梨树县人民法院",
    "address": "梨树县示例街1号",
    "phone": "0434-0000000",
}
UNIT = {"name": "综合行政执法一大队示例镇中队"}
CASE = {
    "id": CASE_ID,
    "number": "梨综执立字〔2026〕1号",
    "cause": "擅自占用城市道路经营案",
    "filed_on": "2026-03-03",
    "due_on": "2026-06-01",
    "matter_code": "M12",
    "matter_name": "擅自占用、挖掘城市道路",
}
PARTY = {
    "kind": "organisation",
    "name": "梨树县示例鲜果超市有限公司",
    "uscc": "91350100M000100Y43",
    "representative": "张示例",
    "address": "梨树县示例镇示例大街12号",
    "phone": "13800000000",
}
PERSON = {
    "kind": "person",
    "name": "李示例",
    "sex": "女",
    "birth_date": "1949-12-31",
    "id_number": "11010519491231002X",
    "address": "梨树县示例镇示例村3组",
    "phone": "13900000000",
}
OFFICERS = [
    {"name": "王示例", "certificate": "07030299001"},
    {"name": "赵示例", "certificate": "07030299002"},
]
FACTS = {
    "occurred_at": "2026-03-02T09:15:00+08:00",
    "place": "梨树县示例镇示例大街12号门前人行道",
    "lon": 124.335201,
    "lat": 43.307512,
    "act": "未经市政工程行政主管部门批准，在人行道上摆放货架4组、冷柜1台，"
    "占用城市道路18平方米从事水果经营",
    "circumstances": "2026年3月4日被责令限期改正后，3月12日复查时仍未改正，造成行人绕行机动车道",
}
LAW = {
    "violated": "《城市道路管理条例》第二十七条第（一）项",
    "basis": "《城市道路管理条例》第四十二条",
}
EVIDENCE = [
    {"no": 1, "kind": "现场笔录", "name": "《现场检查（勘验）笔录》1份", "source": "执法人员制作"},
    {
        "no": 2,
        "kind": "视听资料",
        "name": "现场照片6张、执法记录仪录像1段",
        "source": "执法人员拍摄",
    },
    {"no": 3, "kind": "当事人的陈述", "name": "张示例《询问笔录》1份", "source": "当事人陈述"},
    {"no": 4, "kind": "书证", "name": "营业执照复印件1份", "source": "当事人提供"},
    {"no": 5, "kind": "书证", "name": "《整改复查意见书》1份", "source": "执法人员制作"},
]
HANDLER = {
    "role": "officer",
    "name": "王示例、赵示例",
    "at": "2026-03-03T09:00:00+08:00",
    "opinion": "当事人涉嫌擅自占用城市道路，符合立案条件，建议立案调查。",
}
UNIT_LEADER = {
    "role": "squad_leader",
    "name": "孙示例",
    "at": "2026-03-03T10:20:00+08:00",
    "opinion": "同意立案，报请审批。",
}
HEAD = {
    "role": "head",
    "name": "周示例",
    "at": "2026-03-03T15:40:00+08:00",
    "opinion": "同意立案。",
}
PENALTY = {
    "kind": "罚款",
    "amount_yuan": "2000.00",
    "proposed_yuan": "2000.00",
    "reason": "当事人占用面积不足20平方米，但经责令限期改正逾期未改正，属于一般情节，"
    "对照裁量基准中该事项的一般阶次，处1000元以上5000元以下罚款",
}
PLEA = {
    "made": True,
    "waived": False,
    "content": "店铺面积小，货物无处存放，请求不予处罚",
    "result": "当事人所述不属于法定不予或者减轻处罚的情形，不予采纳",
}
PAYMENT = {
    "due_on": "2026-04-13",
    "bank": "示例银行梨树县支行",
    "account": "0000 1111 2222 3333",
    "daily_rate": "3%",
}
REMEDIES = {
    "reconsideration_days": 60,
    "litigation_months": 6,
    "reconsideration_until": "2026-05-26",
    "litigation_until": "2026-09-28",
}
SERVICE = {
    "paper_name": "行政处罚决定书",
    "paper_number": "梨综执罚决字〔2026〕1号",
    "way": "直接送达",
    "at": "2026-03-27T15:30:00+08:00",
    "place": "梨树县示例镇示例大街12号",
    "served_on": "2026-03-27",
    "recipient": "梨树县示例鲜果超市有限公司",
    "receiver": "张示例",
    "relation": "法定代表人",
}
CORRECTION = {
    "demand": "立即停止占用城市道路的行为，清除摆放在人行道上的货架4组、冷柜1台，恢复人行道通行。",
    "until_on": "2026-03-11",
    "consequence": "逾期不改正的，本机关将依法给予行政处罚。",
}
RECORD = {
    "from_at": "2026-03-04T09:10:00+08:00",
    "to_at": "2026-03-04T09:45:00+08:00",
    "place": "梨树县示例镇示例大街12号门前人行道",
    "weather": "晴",
    "photos": 6,
    "present": "张示例（法定代表人）",
    "recorder": "赵示例",
    "findings": "检查时，当事人正在营业。店门前人行道上由东向西摆放货架4组、冷柜1台，"
    "经卷尺测量，占用范围长6.0米、宽3.0米，面积18平方米。\n"
    "现场行人通行受阻，绕行机动车道。当事人现场未能出示占用城市道路的批准文件。\n"
    "执法人员对现场拍照6张，并使用执法记录仪全程录像。",
}
LEAD = {
    "source": "巡查发现",
    "reported_at": "2026-03-02T09:15:00+08:00",
    "reporter_shown": "匿名/受保护",
    "content": "示例大街12号门前人行道摆放货架、冷柜经营水果，影响通行。",
    "place_code": "220322100001",
    "place_name": "梨树县示例镇示例社区",
    "incident_number": "SJ20260302-0001",
}
NOTICE = {
    "statement_days": 5,
    "statement_until_on": "2026-03-25",
    "number": "梨综执告字〔2026〕1号",
    "served_on": "2026-03-18",
}
DECISION = {
    "number": "梨综执罚决字〔2026〕1号",
    "decided_on": "2026-03-27",
    "served_on": "2026-03-27",
    "content": "罚款人民币2000元（大写：贰仟元整）",
}
CLOSING = {
    "execution": "当事人于2026年4月10日到代收银行全额缴纳罚款，未产生加处罚款。",
    "paid_yuan": "2000.00",
    "receipt": "00012345",
    "property": "本案无涉案财物。",
    "reason": "行政处罚决定已经全部履行，符合结案条件。",
}
