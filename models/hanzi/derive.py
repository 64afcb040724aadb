#!/usr/bin/env python3
"""Derives medians.txt from the npm package hanzi-writer-data.

    npm pack hanzi-writer-data@2.0.1 && tar xzf hanzi-writer-data-2.0.1.tgz
    python3 models/hanzi/derive.py package > models/hanzi/medians.txt

Keeps the stroke medians (no outlines) of common characters of family and given names with at most MOST_STROKES
strokes, and thins each median to its corners. Needs nothing but Python.
"""
import json, math, pathlib, sys

FAMILY = ("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于余叶蒋杜苏魏程吕丁任"
          "卢姚沈姜崔谭陆范汪廖石金贾韦夏付方邹熊白孟秦邱侯江尹薛段雷史陶贺毛郝龚邵万覃武钱戴严莫孔向汤洪文牛温康"
          "施易乔申兰毕丘关代左成古米甘祁尤巫包伍")
GIVEN = ("伟芳娜秀英敏静丽强军洋勇艳杰娟涛明超兰霞平刚桂玉萍红春梅华国建文志永海林宏兴光天宁安东生民亚云飞"
         "月冬力卫友双可同向君启和品哲唯嘉圣士大子宇宗少山川帆帅庆康开弘心思怡恒惠成才斌昌昊星晓景晨智朋本朝杉"
         "材松柏树梓正武水江池沁沙泉波泽洁浩涵清源润灵炎燕玲珍琳琪瑞生田白百盛真知石礼祥福立竹笑纯维美羽聪育良"
         "芝若苗英茂荣莉菲萌蓉虹行西诗诚语豪贝贤跃路轩达远连道邦金钧铁长青音顺风香鸣一丁人卉友尔仁元冰凡")
MOST_STROKES = 13
TOLERANCE = 22  # of 1024 units to the character's height


def thin(points):
    """Douglas-Peucker: keeps the corners."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = math.hypot(bx - ax, by - ay) or 1.0
    far = [abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length for x, y in points[1:-1]]
    worst = max(range(len(far)), key=far.__getitem__)
    if far[worst] <= TOLERANCE:
        return [points[0], points[-1]]
    cut = worst + 1
    return thin(points[: cut + 1])[:-1] + thin(points[cut:])


def main(folder):
    print("# Stroke medians of name characters, 1024 units to the em, y upward; strokes in writing order, separated by `|`.")
    print("# DERIVED WORK under the Arphic Public License (ARPHICPL.TXT beside this file): taken on 2026-11-21 from")
    print("# hanzi-writer-data 2.0.1 (Make Me a Hanzi; AR PL KaitiM GB and AR PL KaitiM Big5, (C) 1999 Arphic Technology")
    print("# Co., Ltd.) by derive.py: outlines dropped, most characters dropped, medians thinned to their corners.")
    print("# Each line: F (family name), G (given name) or B (both), the character, its strokes.")
    for char in sorted(set(FAMILY + GIVEN)):
        path = pathlib.Path(folder, char + ".json")
        if not path.exists():
            continue
        medians = json.loads(path.read_text())["medians"]
        if len(medians) > MOST_STROKES:
            continue
        use = "B" if char in FAMILY and char in GIVEN else "F" if char in FAMILY else "G"
        strokes = ("|".join(" ".join(f"{x},{y}" for x, y in thin(m)) for m in medians))
        print(use, char, strokes)


main(sys.argv[1])
