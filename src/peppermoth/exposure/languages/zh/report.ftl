# The report around its findings.

title = 线路上可能看到了什么
title-helpline = 线路上可能看到了什么：给求助热线的副本

seconds = { $count } 秒
minutes = { $count } 分钟
hours = { $count } 小时
days = { $count } 天

opening-learned = 在 { $duration }内，任何掌控线路的人都可能得知：
opening-more = 以及另外 { $count } 项
opening-grave = { $count ->
        [0] 其中没有内容、秘密或身份信息。
       *[other] 其中 { $count } 项较为严重；请先处理这些。
    }
opening-hidden = { $count ->
        [0] 在规则所了解的范围内，没有什么是隐藏得好的。
       *[other] 有 { $count } 项隐藏得很好。
    }
opening-partial = 这份记录不完整：掌控线路的人得知的可能比本报告所说的更多。
opening-nothing = 在 { $duration }内，规则没有发现掌控线路的人可能得知的内容。这并不表示您是安全的。
with-examples = { $what }：{ $examples }

skip = 转到发现
section-counts = 有多少，有多严重
section-findings = 发现了什么
section-timeline = 何时
section-people = 联系人与地点
section-limits = 本报告无法说明的事
section-appendix = 供核查者参考
section-how = 具体做法

critical = 极严重
    .means = 内容或秘密可被读取。
high = 严重
    .means = 人、联系人、地点或长期不变的标识可被得知。
medium = 中等
    .means = 网站和服务的名称可被得知。
low = 较低
    .means = 设备或习惯可被描述。
conspicuous = 显眼
    .means = 看得出您在绕过监控或封锁。
protected = 受保护
    .means = 这一点隐藏得很好。

seen = 看到
    .means = 记录中就有。
likely = 很可能
    .means = 由记录推出；也可能另有原因。
possible = 有可能
    .means = 根据形状或节奏的猜测；采信之前请核实。
certainty = 把握程度：{ $certainty }。

card-seen = 他们看到什么
card-why = 为何重要
card-now = 现在就做
card-later = 以后再做
card-stays = 做了之后仍然看得见的
card-ask = 可以问谁
card-evidence = 如何核查
card-sure = { $severity }。{ $certainty }{ $means }
how = 在您的系统上怎么做
how-on = { $system }：{ $way }

seen-names = 他们看到 { $count } 个名称：
seen-masked = 全部内容都可被读取。本报告只保留它的种类和长度：
seen-people = 他们看到这些人，本报告只用编号表示：
seen-places = 他们看到这些地点，本报告只用编号表示：
seen-times = 他们看到设备何时活跃、何时静止。
seen-words = 他们看到：
count = { $count }
seen-more = 以及另外 { $count } 个
masked = { $what ->
        [password] 密码
        [token] 密钥
        [key] 密钥
        [community] 团体口令
        [response] 登录应答
        [message] 消息
        [subject] 主题
        [search] 搜索
        [number] 号码
        [mail] 邮件
        [log-line] 日志行
        [query] 查询
        [sealed-part] 加密部分
       *[other] { $text }
    }，{ $count } 个字符

# What stands beside a value.
beside = { $value }（{ $details }）
beside-next = { $details }，{ $next }
detail = { $key ->
        [protocol] 协议：{ $text }
        [user] 用户：{ $text }
        [host] 网站：{ $text }
        [where] 所在之处：{ $text }
        [from] 依据：{ $text }
        [database] 数据库：{ $text }
        [realm] 域：{ $text }
        [program] 程序：{ $text }
        [server] 服务器：{ $text }
        [resolver] 域名服务器：{ $text }
        [vendor] 制造商：{ $text }
        [port] 端口：{ $text }
        [transport] 传输方式：{ $text }
        [sent] 发送字节数：{ $text }
        [received] 接收字节数：{ $text }
       *[other] { $text }
    }
# Words of this program's own among the values.
word = { $word ->
        [ios-or-macos] iOS 或 macOS
        [linux-or-android] Linux 或 Android
        [android-or-chromeos] Android 或 ChromeOS
        [a-computer-that-starts-from-the-network] 从网络启动的计算机
        [no-subject] 无主题
        [a-messenger-s-call] 即时通讯中的通话
        [how-it-opens-connections] 打开连接的方式
        [how-it-begins-encrypted-connections] 开始加密连接的方式
        [how-it-asks-for-an-address] 向网络请求地址的方式
        [hardware-address] 硬件地址
        [user-agent] 程序的自述
        [mail] 一封邮件
        [login] 登录
        [fetched] 取得
        [sent] 发送
        [named] 提到
        [share] 共享文件夹
        [file] 文件
        [audio] 声音
        [video] 视频
        [publishes] 向其发送
        [follows] 关注它
        [health] 健康
        [religion] 宗教
        [politics] 政治
        [news] 新闻
        [dating] 交友
        [lgbt] LGBT 生活
        [rights] 人权
        [sexuality] 性
       *[other] { $text }
    }
about-rest = 其余同类，合在一起

seen-withheld = 此副本隐去了 { $count } 个值。
person = 人物 { $number }
place = 地点 { $number }
reveal = 展开一行即可看到本报告所知的内容。它不会被打印。

evidence-times = 从 { $first } 到 { $last }。
evidence-packets = 看到 { $count } 次。最先的数据包：{ $packets }。
evidence-fields = 字段：{ $fields }。
evidence-filter = Wireshark 过滤器：
evidence-rule = 规则 { $rule }，版本 { $version }。
error-unmeasured = 这条规则出错的频率尚未测量。
error-known = 在 { $of } 份专为此制作、内容已知的录制上检验：出错 { $wrong } 份（至多 { $most }）。
error-witness = 在 { $of } 份录制中与读取同样数据包的另一个程序对照：未获证实 { $wrong } 份（至多 { $most }）。
error-controls = 在 { $of } 个不含此内容的连接上试过：误报 { $wrong } 次（至多 { $most }）。

timeline-text = 标记表示各类发现出现的时间，从 { $first } 到 { $last }。
timeline-active = 使用中
timeline-time = 时间（UTC）

limits-one = 仅限这份记录：换一天、换个网络或应用，结果可能不同。
limits-nothing = 没有发现并不表示您是安全的。规则只认识它们所针对的东西。
limits-dangerous = 本报告与记录本身同样危险。请放在只有您能读到的地方，不再需要时删除。
limits-tool = 使用本程序以及持有它的文件，都可能在设备上被发现。它不会隐藏这些。
limits-cut = 有 { $count } 个数据包只记录了一部分；线路上的是完整的。
limits-torn = 设备的 { $count } 个连接在记录中缺少数据；线路上有这些数据。
limits-problem = 线路上的一部分内容没有被记录，或无法读取。
limits-again = 请重新记录，使其不缺内容；在 tcpdump 中，{ $option } 可保留完整的数据包。

appendix-span = 记录从 { $first } 到 { $last }。
appendix-packets = 其中有 { $count } 个数据包。
appendix-observations = 规则处理了 { $count } 条观察。
appendix-device = 设备是 { $device }；其他人的流量已略去。
appendix-digest = 记录的 SHA-256：{ $digest }
appendix-problem = 并非全部都能读取：{ $problem }
problem-cut-off = 记录在第 { $packet } 个数据包、第 { $byte } 字节处中断。在此之前的内容已读取。
problem-absurd-length = 记录在第 { $packet } 个数据包、第 { $byte } 字节处损坏：长度不合理。在此之前的内容已读取。
problem-no-byte-order = 记录在第 { $packet } 个数据包、第 { $byte } 字节处损坏：有一段没有标明字节顺序。在此之前的内容已读取。
problem-no-interface = 记录在第 { $packet } 个数据包、第 { $byte } 字节处损坏：有数据包不属于任何网络接口。在此之前的内容已读取。
problem-packed-cut-off = 压缩文件过早结束。
problem-packed-damaged = 压缩文件在第 { $byte } 字节附近损坏。
problem-packed-bomb = 压缩文件解压后超过原大小的 { $times } 倍；读取到此停止。
problem-too-slow = 计算机太慢，有些数据包没能记录下来：{ $packets } 个。
problem-unknown-link = 有些数据包的链路类型未知（链路类型 { $link }），没有读取：{ $packets } 个。
appendix-stack = 设备打开连接的方式（TCP）：{ $text }
appendix-ja4 = 程序开始加密连接的方式（JA4）：{ $text }
appendix-dhcp = 设备向网络请求的内容（DHCP）：{ $text }
appendix-program = 由 { $program } 生成。

compare-title = 与先前报告相比的变化
compare-spans = 先前的记录长 { $before }，这一份长 { $now }。
compare-shorter = 这份记录短得多，因此发现较少可能只是因为发生的事较少。
compare-partial = 这份记录不完整，因此不再发现的内容可能只是没有被记录下来。
compare-devices = 两份记录中设备没有相同的地址；如果是两台设备，这些变化说明不了什么。
compare-gone = 不再发现
compare-fewer = 比以前少
compare-new = 新发现
compare-more = 比以前多
compare-same = 与以前相同
compare-hidden = 新近隐藏
compare-open = 在已隐藏的内容中不再发现
compare-less-hidden = 在已隐藏的内容中比以前少
compare-more-hidden = 在已隐藏的内容中比以前多
compare-same-hidden = 仍然隐藏
compare-nothing = 没有变好，也没有变坏。
compare-line = { $what }（{ $before } → { $now }）

helpline-note = 此副本不含名称、地址、具体时刻和任何截获的文字。人物与地点的编号在每份副本中都不同。
written = 已写入 { $file }。读到它的人会知道本报告告诉您的一切。
written-helpline = 已写入 { $file }。交给别人之前请先读一遍。
terminal-direction = 终端可能以错误的顺序显示这种语言；用 --html 生成的页面可正常显示。
