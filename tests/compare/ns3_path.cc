/* SPDX-License-Identifier: Apache-2.0
 * The peer of scripts/compare-ns3: three links in a row in ns-3, packet by packet, with voice (EF,
 * strict), business messages (AF, weighted) and one bulk TCP flow (weighted). Prints one line a
 * packet, "class delay_s", for packets sent after the warm-up, and at the end the goodput of the
 * bulk flow.
 *
 *   ns3_path calls business_per_s weight_business weight_bulk horizon_s warmup_s seed
 *            bps1 bps2 bps3 delay1_s delay2_s delay3_s
 *
 * ns-3 has no weighted scheduler among its queue disciplines, so this file brings one: a strict
 * queue above deficit round robin with weights (Shreedhar and Varghese, "Efficient fair queuing
 * using deficit round-robin", IEEE/ACM Transactions on Networking 4(3), 1996). */
#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-module.h"

using namespace ns3;

namespace
{

enum class_of_service
{
    VOICE,
    BUSINESS,
    BULK,
    CLASSES
};

const char* const class_name[CLASSES] = {"voice", "business", "bulk"};
const uint8_t class_tos[CLASSES] = {0xb8, 0x48, 0x28}; // EF, AF21, AF11

/* What PPP and IP add to a UDP payload on these links, in bytes. */
const uint32_t udp_headers = 2 + 20 + 8;

double weight[CLASSES] = {0, 3, 1};

/* Strict queue of voice above deficit round robin between the others. A device of ns-3 holds one
 * more packet behind the one that it sends, which nothing overtakes; so that a strict packet waits
 * for the rest of one packet and not of two, the discipline keeps all back while the device sends.
 */
class StrictDrrQueueDisc : public QueueDisc
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId id = TypeId("ns3::StrictDrrQueueDisc")
                               .SetParent<QueueDisc>()
                               .SetGroupName("TrafficControl")
                               .AddConstructor<StrictDrrQueueDisc>();
        return id;
    }

    StrictDrrQueueDisc()
        : QueueDisc(QueueDiscSizePolicy::MULTIPLE_QUEUES, QueueSizeUnit::BYTES)
    {
    }

    /* Names the device that it serves. */
    void Serve(Ptr<NetDevice> device)
    {
        device->TraceConnectWithoutContext("PhyTxBegin", MakeCallback(&StrictDrrQueueDisc::Begin, this));
        device->TraceConnectWithoutContext("PhyTxEnd", MakeCallback(&StrictDrrQueueDisc::End, this));
    }

  private:
    void Begin(Ptr<const Packet>)
    {
        m_sending = true;
    }

    void End(Ptr<const Packet>)
    {
        m_sending = false;
        Simulator::ScheduleNow(&QueueDisc::Run, this);
    }

    static class_of_service ClassOf(Ptr<QueueDiscItem> item)
    {
        uint8_t tos = 0;
        if (auto ip = DynamicCast<Ipv4QueueDiscItem>(item))
        {
            tos = ip->GetHeader().GetTos();
        }
        for (int c = 0; c < CLASSES; c++)
        {
            if (class_tos[c] == (tos & 0xfc))
            {
                return static_cast<class_of_service>(c);
            }
        }
        return VOICE; // acknowledgements come back on idle links
    }

    bool DoEnqueue(Ptr<QueueDiscItem> item) override
    {
        return GetInternalQueue(ClassOf(item))->Enqueue(item);
    }

    Ptr<QueueDiscItem> DoDequeue() override
    {
        if (m_sending)
        {
            return nullptr;
        }
        if (!GetInternalQueue(VOICE)->IsEmpty())
        {
            return GetInternalQueue(VOICE)->Dequeue();
        }
        if (GetInternalQueue(BUSINESS)->IsEmpty() && GetInternalQueue(BULK)->IsEmpty())
        {
            return nullptr;
        }
        for (;;)
        {
            Ptr<InternalQueue> queue = GetInternalQueue(m_turn);
            if (queue->IsEmpty())
            {
                m_deficit[m_turn] = 0;
            }
            else if (queue->Peek()->GetSize() <= m_deficit[m_turn])
            {
                m_deficit[m_turn] -= queue->Peek()->GetSize();
                return queue->Dequeue();
            }
            m_turn = m_turn == BUSINESS ? BULK : BUSINESS;
            m_deficit[m_turn] += 1500 * weight[m_turn];
        }
    }

    bool CheckConfig() override
    {
        ObjectFactory factory;
        factory.SetTypeId("ns3::DropTailQueue<QueueDiscItem>");
        factory.Set("MaxSize", StringValue("1000000p"));
        while (GetNInternalQueues() < CLASSES)
        {
            AddInternalQueue(factory.Create<InternalQueue>());
        }
        return true;
    }

    void InitializeParams() override
    {
    }

    bool m_sending = false;
    int m_turn = BUSINESS;
    double m_deficit[CLASSES] = {};
};

Time warmup;

/* One way of one class: packets of one size, at a constant interval or at random. */
struct Sender
{
    Ptr<Socket> socket;
    class_of_service of;
    uint32_t payload;
    Time interval;                        // constant, or ...
    Ptr<ExponentialRandomVariable> gaps; // ... at random

    void Send()
    {
        SeqTsHeader stamp; // takes the time of now
        Ptr<Packet> packet = Create<Packet>(payload - stamp.GetSerializedSize());
        packet->AddHeader(stamp);
        socket->Send(packet);
        Simulator::Schedule(gaps ? Seconds(gaps->GetValue()) : interval, &Sender::Send, this);
    }
};

void
Receive(class_of_service of, Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        SeqTsHeader stamp;
        packet->RemoveHeader(stamp);
        if (stamp.GetTs() >= warmup)
        {
            std::printf("%s %.9f\n", class_name[of], (Simulator::Now() - stamp.GetTs()).GetSeconds());
        }
    }
}

/* A socket that listens for a class at the last node, on a port of its own. */
void
Listen(Ptr<Node> node, class_of_service of)
{
    Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), static_cast<uint16_t>(5000 + of)));
    socket->SetRecvCallback([of](Ptr<Socket> s) { Receive(of, s); });
}

Sender*
NewSender(Ptr<Node> node, Ipv4Address to, class_of_service of, uint32_t bytes)
{
    auto sender = new Sender();
    sender->socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    InetSocketAddress address(to, static_cast<uint16_t>(5000 + of));
    address.SetTos(class_tos[of]);
    sender->socket->Connect(address);
    sender->of = of;
    sender->payload = bytes - udp_headers;
    return sender;
}

} // namespace

int
main(int argc, char** argv)
{
    if (argc != 14)
    {
        std::fprintf(stderr, "see the head of ns3_path.cc\n");
        return 2;
    }
    const int calls = std::atoi(argv[1]);
    const double business_per_s = std::atof(argv[2]);
    weight[BUSINESS] = std::atof(argv[3]);
    weight[BULK] = std::atof(argv[4]);
    const double horizon = std::atof(argv[5]);
    warmup = Seconds(std::atof(argv[6]));
    RngSeedManager::SetSeed(static_cast<uint32_t>(std::atoi(argv[7])));

    // A window that fills the path, segments of 1,500 bytes on the wire (timestamps take 12).
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1446));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 18));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 18));

    NodeContainer nodes;
    nodes.Create(4);
    InternetStackHelper internet;
    internet.Install(nodes);
    TrafficControlHelper control;
    StrictDrrQueueDisc::GetTypeId(); // makes its name known
    control.SetRootQueueDisc("ns3::StrictDrrQueueDisc");
    Ipv4AddressHelper address;
    Ipv4Address last;
    for (uint32_t i = 0; i < 3; i++)
    {
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", DataRateValue(DataRate(static_cast<uint64_t>(std::atof(argv[8 + i])))));
        link.SetChannelAttribute("Delay", TimeValue(Seconds(std::atof(argv[11 + i]))));
        link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("1p"));
        NetDeviceContainer devices = link.Install(nodes.Get(i), nodes.Get(i + 1));
        QueueDiscContainer disciplines = control.Install(devices);
        for (uint32_t k = 0; k < 2; k++)
        {
            DynamicCast<StrictDrrQueueDisc>(disciplines.Get(k))->Serve(devices.Get(k));
        }
        char base[16];
        std::snprintf(base, sizeof base, "10.1.%u.0", i + 1);
        address.SetBase(base, "255.255.255.0");
        last = address.Assign(devices).GetAddress(1);
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    Listen(nodes.Get(3), VOICE);
    Listen(nodes.Get(3), BUSINESS);
    Ptr<UniformRandomVariable> phase = CreateObject<UniformRandomVariable>();
    for (int i = 0; i < calls; i++)
    {
        Sender* call = NewSender(nodes.Get(0), last, VOICE, 218);
        call->interval = MilliSeconds(20);
        Simulator::Schedule(Seconds(phase->GetValue(0, 0.02)), &Sender::Send, call);
    }
    Sender* business = NewSender(nodes.Get(0), last, BUSINESS, 1000);
    business->gaps = CreateObject<ExponentialRandomVariable>();
    business->gaps->SetAttribute("Mean", DoubleValue(1 / business_per_s));
    Simulator::Schedule(Seconds(business->gaps->GetValue()), &Sender::Send, business);

    InetSocketAddress bulk_to(last, 6000);
    bulk_to.SetTos(class_tos[BULK]);
    BulkSendHelper bulk("ns3::TcpSocketFactory", bulk_to);
    bulk.SetAttribute("MaxBytes", UintegerValue(0));
    bulk.SetAttribute("SendSize", UintegerValue(1446));
    bulk.Install(nodes.Get(0)).Start(Seconds(0));
    PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 6000));
    ApplicationContainer sinks = sink.Install(nodes.Get(3));
    sinks.Start(Seconds(0));

    uint64_t before = 0;
    Ptr<PacketSink> received = DynamicCast<PacketSink>(sinks.Get(0));
    Simulator::Schedule(warmup, [&] { before = received->GetTotalRx(); });
    Simulator::Stop(Seconds(horizon));
    Simulator::Run();
    std::printf("goodput %.0f\n", static_cast<double>(received->GetTotalRx() - before) * 8 /
                                      (horizon - warmup.GetSeconds()));
    Simulator::Destroy();
    return 0;
}
