/* Arithmetic of SpiNNaker's software and what a core computes from its parameters when it is loaded.
 *
 * Expected values: rows of the golden vectors `fixed_point.json` and `neuron_IF_curr_exp.json`
 * (tests/golden/spinnaker), which the machine's own C code computed. */
#include "spinnaker/arithmetic.h"
#include "spinnaker/models.h"

#include <stdio.h>

static int n_failed;

static void
expect(const char *what, int64_t a, int64_t b, int64_t result, int64_t expected)
{
    if (result != expected) {
        printf("%s(%lld, %lld) gives %lld, expected %lld\n", what, (long long) a, (long long) b,
               (long long) result, (long long) expected);
        n_failed++;
    }
}

#define N_ROWS(table) (sizeof(table) / sizeof(table)[0])

static const int32_t products[][3] = {
    {INT32_MIN, 65536, 0},
    {-32756143, -695998, 695746155},
    {-32679521, 898023, -895598190},
    {-25837808, -241109, 190116212},
    {-21390411, 126314, -82455700},
    {-17599694, 883409, -474479007},
    {-14843276, -707912, 320670568},
    {-13319937, 648752, -263712640},
    {-11936443, -675856, 246194965},
    {-7836794, 929802, -222371422},
    {-7278228, 274150, -60892524},
    {-5049705, 331507, -51086809},
    {-3, 16384, -2},
    {1, 16384, 0},
    {2324457, 606676, 43035652},
    {3848090, 325372, 38209861},
    {8226757, -288748, -72493275},
    {11321922, -970891, -335459967},
    {11751648, 524363, 188053265},
    {12853415, 806429, 316325885},
    {16227518, 459748, 227678495},
    {20743944, 706469, 447233684},
    {23485563, -578006, -414269908},
    {25230520, -753484, -580163365},
    {29007124, -191101, -169167798},
    {29143860, -845065, -751600832},
    {1073741824, 262144, 0},
    {-1, 1, -1},
    {-1, 32767, -1},
    {1, 16384, 0},
    {-3, 16384, -2},
};

static const int32_t quotients[][3] = {
    {169894, 1032124, 5393},   {208097, 2425019, 2811},   {227886, 3124871, 2389},
    {505184, 611756, 27059},   {621287, 2788900, 7299},   {1128210, 2318378, 15946},
    {1335253, 1259160, 34748}, {1551613, 99749, 509711},  {1727288, 3890033, 14549},
    {1876463, 3607873, 17042}, {1951020, 4088473, 15636}, {2780242, 2627360, 34674},
    {2796195, 216530, 423154}, {2882507, 3452921, 27354}, {3081869, 1071910, 94211},
    {3750380, 1691317, 72660}, {3988078, 141307, 924804}, {4125353, 2593986, 52112},
    {4164185, 1437037, 94953},
};

static const int32_t exponentials[][2] = {
    {-340696, 0},         {-340695, 1},         {-338296, 1},         {-307666, 2},
    {-302084, 3},         {-268916, 8},         {-234886, 25},        {-229989, 29},
    {-217931, 42},        {-209840, 54},        {-194583, 86},        {-164630, 215},
    {-143772, 407},       {-117694, 902},       {-101376, 1485},      {-66939, 4248},
    {-32768, 12054},      {4155, 37197},        {29344, 80234},       {125529, 1510645},
    {129032, 1681090},    {166071, 5205842},    {191030, 11150327},   {200721, 14987508},
    {212474, 21453553},   {270864, 127460835},  {301398, 323640427},  {321673, 600869675},
    {330543, 787661341},  {346818, 1294321000}, {354702, 1646392742}, {363408, 2147433656},
    {363409, 2147483647},
};

static const int64_t exponential_fractions[][2] = {
    {-192869, 11932974},  {-191502, 12441304},  {-189914, 13059066},
    {-183796, 15739746},  {-174757, 20739496},  {-164896, 28021513},
    {-160307, 32233912},  {-156542, 36158678},  {-149220, 45212128},
    {-141276, 57615911},  {-137047, 65552836},  {-128237, 85773982},
    {-124444, 96300012},  {-122084, 103491595}, {-118287, 116206080},
    {-112828, 137271711}, {-98179, 214651121},  {-94379, 241044352},
    {-84911, 321797167},  {-76941, 410405509},  {-70107, 505579153},
    {-50392, 922748442},  {-42062, 1189833369}, {-39246, 1296608576},
    {-32768, 1580030169}, {-20545, 2294373252}, {-16493, 2596377788},
    {-14250, 2780327937}, {-10408, 3126196861}, {-2052, 4034251091},
    {-1361, 4120227692},  {-1, 4294830979},     {0, 0},
};

static const int64_t decays[][3] = {
    {-130414210, 4228529132, -128396854}, {-127398673, 731364341, -21693960},
    {-114103906, 663417680, -17624942},   {-103777742, 995496155, -24053814},
    {-99875869, 1669002640, -38811260},   {-70136421, 2602927311, -42505564},
    {-60973672, 2061414868, -29264958},   {-58779572, 797395005, -10912898},
    {-39490330, 2840111448, -26113573},   {-33440884, 3549671875, -27637968},
    {-10543209, 2721276511, -6680141},    {20019508, 2963079908, 13811374},
    {65127883, 4168489264, 63209999},     {69732756, 538878993, 8749197},
    {75950268, 3587235785, 63435062},     {124328299, 2324853340, 67298547},
    {127736288, 992992934, 29532525},     {128797680, 1228463718, 36839227},
    {133715533, 1823758094, 56779194},
};

static void
test_operations(void)
{
    size_t i;

    for (i = 0; i < N_ROWS(products); i++) {
        const int32_t a = products[i][0], b = products[i][1];

        expect("multiply", a, b, neuro_spinnaker_multiply(a, b), products[i][2]);
    }
    for (i = 0; i < N_ROWS(quotients); i++) {
        const int32_t a = quotients[i][0], b = quotients[i][1];

        expect("divide", a, b, neuro_spinnaker_divide(a, b), quotients[i][2]);
    }
    for (i = 0; i < N_ROWS(exponentials); i++) {
        expect("exp", exponentials[i][0], 0, neuro_spinnaker_exp(exponentials[i][0]), exponentials[i][1]);
    }
    for (i = 0; i < N_ROWS(exponential_fractions); i++) {
        const int32_t x = (int32_t) exponential_fractions[i][0];

        expect("exp_fraction", x, 0, neuro_spinnaker_exp_fraction(x), exponential_fractions[i][1]);
    }
    for (i = 0; i < N_ROWS(decays); i++) {
        const int32_t x = (int32_t) decays[i][0];
        const uint32_t fraction = (uint32_t) decays[i][1];

        expect("decay", x, fraction, neuro_multiply_fraction_down_i32(x, fraction), decays[i][2]);
    }
    expect("ceiling", 0, 0, neuro_spinnaker_ceiling(0), 0);
    expect("ceiling", 1, 0, neuro_spinnaker_ceiling(1), 1);
    expect("ceiling", 32768, 0, neuro_spinnaker_ceiling(32768), 1);
    expect("ceiling", -32769, 0, neuro_spinnaker_ceiling(-32769), -1);
}

/* Time step, parameters (cm, tau_m, tau_refrac, tau_syn_E, tau_syn_I), and what is made of them (resistance,
 * decay of v, refractory steps, decay and mean of the excitatory and of the inhibitory current). */
static const struct {
    double dt_ms;
    double given[5];
    int64_t made[7];
} loaded[] = {
    {1.0,
     {32768, 655360, 3277, 163840, 163840},
     {655360, 31170, 1, 3516490311, 3892384920, 3516490311, 3892384920}},
    {1.0,
     {8192, 524288, 65536, 65536, 262144},
     {2097152, 30782, 2, 2605026136, 3379882318, 3790290663, 4037413056}},
    {0.1,
     {32768, 655360, 3277, 163840, 163840},
     {655360, 32605, 1, 4209972212, 4249494765, 4209972212, 4249494765}},
    {0.5,
     {43024, 1007288, 0, 230359, 27197},
     {767172, 32240, 0, 4000177758, 4144740170, 2351435481, 3226210616}},
    {0.1,
     {13042, 691732, 65536, 295240, 555745},
     {1737975, 32613, 20, 4247655300, 4262554033, 4269746346, 4277209103}},
    {1.0,
     {37683, 1092813, 3277, 425001, 580977},
     {950277, 31800, 1, 3976324029, 4132803548, 4059448116, 4175757631}},
    {0.5,
     {36307, 1444741, 81920, 473825, 26542},
     {1303915, 32399, 5, 4148999058, 4221398919, 2316747300, 3204706732}},
};

static void
test_loading(void)
{
    static const uint32_t inputs[5] = {ROLE_CM, ROLE_TAU_M, ROLE_TAU_REFRAC, ROLE_TAU_SYN_E, ROLE_TAU_SYN_I};
    static const uint32_t outputs[7] = {CONSTANT_RESISTANCE, CONSTANT_DECAY_M, CONSTANT_REFRACT_STEPS,
                                        CONSTANT_DECAY_E,    CONSTANT_INIT_E,  CONSTANT_DECAY_I,
                                        CONSTANT_INIT_I};
    const neuro_neuron_kernel_t *kernel = &neuro_spinnaker_neurons[NEURO_SPINNAKER_MODEL_IF_CURR_EXP];
    double parameters[N_ROLES] = {0}, constants[N_CONSTANTS];
    size_t i, k;

    parameters[if_curr_exp_model.layout[ROLE_QUIRKS] - 1] = -1.0;
    for (i = 0; i < N_ROWS(loaded); i++) {
        for (k = 0; k < N_ROWS(inputs); k++) {
            parameters[if_curr_exp_model.layout[inputs[k]] - 1] = loaded[i].given[k];
        }
        kernel->derive(parameters, loaded[i].dt_ms, constants);
        for (k = 0; k < N_ROWS(outputs); k++) {
            const int32_t expected = neuro_bits_to_i32((uint32_t) loaded[i].made[k]);

            expect("constant", (int64_t) i, (int64_t) k, (int64_t) constants[outputs[k]], expected);
        }
    }
}

int
main(void)
{
    test_operations();
    test_loading();
    return n_failed > 0;
}
